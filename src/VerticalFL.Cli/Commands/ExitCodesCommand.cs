using System.CommandLine;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl exit-codes</c></summary>
internal static class ExitCodesCommand
{
    public static Command Create() => new Verb("exit-codes", "Say what each exit code means and what to do.", "vfl exit-codes --json")
        .Run(context => context.Result(ExitCodes.All, () => ExitCodes.All.Select(c => $"{c.Code,4}  {c.Name,-22}{c.Meaning} {c.Remedy}")));
}
