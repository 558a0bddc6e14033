using System.CommandLine;
using VerticalFL.Cli.Benchmarks;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl bench party</c>: one of the processes of <c>vfl bench psi --processes</c>.</summary>
internal static class BenchPartyCommand
{
    public static Command Create()
    {
        var number = new Option<int>("--number") { Description = "Which party, from 0, the leader.", HelpName = "n", Required = true };
        var parties = new Option<int>("--parties") { Description = "Parties.", HelpName = "n", Required = true };
        var size = new Option<int>("--size") { Description = "Identifiers of each party.", HelpName = "n", Required = true };
        var protocol = new Option<string>("--protocol") { Description = "The alignment's protocol.", HelpName = "name", Required = true };
        var keys = new Option<string>("--keys") { Description = "The directory of the party's throw-away keys for TLS.", HelpName = "dir" };
        return new Verb(
            "party",
            "Run one party of a measured alignment, for 'vfl bench psi --processes'.",
            "vfl bench party --number 0 --parties 2 --size 1000 --protocol vole")
        {
            Hidden = true,
            Options = { number, parties, size, protocol, keys },
        }.Run(async (context, _) =>
        {
            // Ctrl-C reaches the whole process group: the owner decides what it means and closes our standard input.
            var options = new AlignmentBenchmarkOptions { Parties = context.Get(parties), Size = context.Get(size), Protocol = context.Get(protocol) };
            await using Stream input = Console.OpenStandardInput();
            await PartyHost.RunAsync(options, context.Get(number), context.Find(keys), input, context.Output);
        });
    }
}
