using System.CommandLine;

namespace VerticalFL.Cli;

/// <summary>What a running verb sees: its options and where it prints.</summary>
/// <param name="Options">The parsed command line.</param>
/// <param name="Json">Whether a machine reads standard output: then exactly one JSON document goes there, through <see cref="Result"/>.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error: notices and progress, always for people.</param>
internal sealed record VerbContext(ParseResult Options, bool Json, TextWriter Output, TextWriter Error)
{
    /// <summary>What the verb ends with when it ends without an error. Default: 0.</summary>
    public int ExitCode { get; set; } = ExitCodes.Ok;

    /// <summary>The value of an option; for one that is required or has a default.</summary>
    public T Get<T>(Option<T> option) => Options.GetRequiredValue(option);

    /// <summary>The value of an argument.</summary>
    public T Get<T>(Argument<T> argument) => Options.GetRequiredValue(argument);

    /// <summary>The value of an option that may be absent.</summary>
    public T? Find<T>(Option<T> option) => Options.GetValue(option);

    /// <summary>The value of an argument that may be absent.</summary>
    public T? Find<T>(Argument<T> argument) => Options.GetValue(argument);

    /// <summary>Prints the verb's result: the value as JSON for machines, or the lines for people.</summary>
    public void Result<T>(T value, Func<IEnumerable<string>> lines)
    {
        if (Json)
        {
            Output.WriteLine(JsonText.Of(value));
            return;
        }

        foreach (string line in lines())
        {
            Output.WriteLine(line);
        }
    }
}
