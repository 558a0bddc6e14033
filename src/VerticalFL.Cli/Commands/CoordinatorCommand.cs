using System.CommandLine;
using VerticalFL.Coordinator;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl coordinator</c></summary>
internal static class CoordinatorCommand
{
    public static Command Create()
    {
        Option<string> config = ServiceVerb.ConfigOption();
        Option<bool> owned = ServiceVerb.OwnedOption();
        return new Verb(
            "coordinator",
            "Run the coordinator: it connects the agents, relays what it cannot read, and shows progress.",
            "vfl coordinator --config coordinator.json")
        {
            config, owned,
        }.Run((context, stop) => ServiceVerb.RunAsync(
            context,
            context.Get(owned),
            (ready, token) => CoordinatorHost.RunAsync(CoordinatorOptions.Load(context.Get(config)), ready, token),
            stop));
    }
}
