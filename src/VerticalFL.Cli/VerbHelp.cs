using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace VerticalFL.Cli;

/// <summary>The usual help, then the verb's example, or for <c>vfl</c> alone where to start.</summary>
internal sealed class VerbHelp(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case Verb verb:
                output.WriteLine("Example:");
                output.WriteLine("  " + verb.Example);
                output.WriteLine();
                break;
            case RootCommand root:
                WriteStart(root, output);
                break;
        }

        return code;
    }

    private static void WriteStart(RootCommand root, TextWriter output)
    {
        output.WriteLine("Start with:");
        foreach (Verb verb in root.Subcommands.OfType<Verb>().Where(v => v.Name is "demo" or "synth" or "simulate"))
        {
            output.WriteLine("  " + verb.Example);
        }

        output.WriteLine();
        output.WriteLine("Every verb has --help with an example, and --json for machines. 'vfl exit-codes' says what each exit code means.");
        output.WriteLine();
    }
}
