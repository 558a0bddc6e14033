using System.CommandLine;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl bench</c></summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure this machine: every measurement ends with one line of JSON.")
    {
        BenchChannelCommand.Create(),
        BenchPartyCommand.Create(),
        BenchPsiCommand.Create(),
        BenchRelayCommand.Create(),
        BenchTrainCommand.Create(),
    };
}
