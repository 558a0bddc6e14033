using Spectre.Console;

namespace VerticalFL.Cli.Display;

/// <summary>Chooses the display that fits where it is shown.</summary>
internal static class RunDisplay
{
    /// <summary>A live table when standard error is a terminal, plain lines otherwise; always on standard error, results go to standard output.</summary>
    public static IRunDisplay Create(VerbContext context)
    {
        if (Console.IsErrorRedirected || !ReferenceEquals(context.Error, Console.Error))
        {
            return new PlainRunDisplay(context.Error);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi ? new LiveRunDisplay(console) : new PlainRunDisplay(context.Error);
    }
}
