using System.CommandLine;
using VerticalFL.Cli.Benchmarks;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl bench relay</c>: the other process of <c>vfl bench channel</c>.</summary>
internal static class BenchRelayCommand
{
    public static Command Create()
    {
        var keys = new Option<string>("--keys") { Description = "The directory of the coordinator's throw-away keys.", HelpName = "dir", Required = true };
        Option<bool> owned = ServiceVerb.OwnedOption();
        return new Verb(
            "relay",
            "Run a bare relay on a free loopback port, for 'vfl bench channel'.",
            "vfl bench relay --keys coordinator")
        {
            Hidden = true,
            Options = { keys, owned },
        }.Run((context, stop) => ServiceVerb.RunAsync(
            context,
            context.Get(owned),
            (ready, token) => BareRelay.RunAsync(context.Get(keys), ready, token),
            stop));
    }
}
