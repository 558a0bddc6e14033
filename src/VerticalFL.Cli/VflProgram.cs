using System.CommandLine;

namespace VerticalFL.Cli;

/// <summary>Parses a command line, runs its verb and answers with an exit code. Tests call it with writers of their own.</summary>
internal static class VflProgram
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        // What many other programs understand.
        ParseResult parsed = VflRoot.Create().Parse(args is ["help", .. var verb] ? [.. verb, "--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            bool json = args.Contains(Verb.JsonName);
            string problem = string.Join(" ", parsed.Errors.Select(e => e.Message));
            string meant = parsed.UnmatchedTokens.Count > 0 && Misspelling.NearestOf(parsed.UnmatchedTokens[0], NamesAt(parsed.CommandResult.Command)) is { } name ? $" Is '{name}' meant?" : "";
            return ErrorReport.Write(new VerbException(ExitCodes.Usage, $"{problem}{meant} '{HelpFor(parsed)}' shows what is possible."), json, output, error);
        }

        // System.CommandLine would end the process two seconds after a signal; StopSignal owns signals here.
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancellationToken);
    }

    private static IEnumerable<string> NamesAt(Command command) =>
        command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).Concat(command.Options.Where(o => !o.Hidden).Select(o => o.Name));

    private static string HelpFor(ParseResult parsed)
    {
        var names = new Stack<string>(["--help"]);
        for (SymbolNode? node = new(parsed.CommandResult.Command); node is not null; node = node.Parent)
        {
            names.Push(node.Name);
        }

        return string.Join(' ', names);
    }

    private sealed record SymbolNode(Symbol Symbol)
    {
        public string Name => Symbol is RootCommand ? "vfl" : Symbol.Name;

        public SymbolNode? Parent => Symbol.Parents.FirstOrDefault() is { } parent ? new SymbolNode(parent) : null;
    }
}
