using System.CommandLine;

namespace VerticalFL.Cli;

/// <summary>
/// One verb: a command with an example, <c>--json</c>, and errors that become one sentence and an exit code. A file in <c>Commands/</c>
/// makes it: options as locals, then <c>Run</c> with what it does.
/// </summary>
internal sealed class Verb : Command
{
    public const string JsonName = "--json";

    private readonly Option<bool> _json = new(JsonName) { Description = "Print one JSON document on standard output, for machines." };

    /// <param name="name">The verb.</param>
    /// <param name="summary">One sentence for the list and the verb's own help.</param>
    /// <param name="example">A whole command line that works.</param>
    public Verb(string name, string summary, string example)
        : base(name, summary)
    {
        Example = example;
        Options.Add(_json);
    }

    public string Example { get; }

    /// <summary>Sets what the verb does. When it returns, the exit code is the context's, 0 unless it was set; when it throws, <see cref="ErrorReport"/> decides.</summary>
    public Verb Run(Func<VerbContext, CancellationToken, Task> action)
    {
        SetAction(async (parsed, cancellationToken) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
            bool json = parsed.GetValue(_json);
            try
            {
                var context = new VerbContext(parsed, json, output, error);
                await action(context, cancellationToken);
                return context.ExitCode;
            }
            catch (Exception e)
            {
                return ErrorReport.Write(e, json, output, error);
            }
        });
        return this;
    }

    /// <summary>Sets what a verb does that never waits.</summary>
    public Verb Run(Action<VerbContext> action) => Run((context, _) =>
    {
        action(context);
        return Task.CompletedTask;
    });
}
