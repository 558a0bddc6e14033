using System.CommandLine;
using VerticalFL.Agent;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl agent</c></summary>
internal static class AgentCommand
{
    public static Command Create()
    {
        Option<string> config = ServiceVerb.ConfigOption();
        Option<bool> owned = ServiceVerb.OwnedOption();
        return new Verb(
            "agent",
            "Run a party's agent: it dials out, and takes part only in studies that its own operator has approved.",
            "vfl agent --config agent.json")
        {
            config, owned,
        }.Run((context, stop) => ServiceVerb.RunAsync(
            context,
            context.Get(owned),
            (ready, token) => AgentHost.RunAsync(AgentOptions.Load(context.Get(config)), () => ready(0), token),
            stop));
    }
}
