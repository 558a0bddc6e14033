namespace VerticalFL.Cli;

/// <summary>A verb's own refusal: an exit code and one sentence that says what, where and how to mend it.</summary>
internal sealed class VerbException : Exception
{
    public VerbException(int exitCode, string message, Exception? inner = null)
        : base(message, inner)
    {
        ExitCode = exitCode;
    }

    public int ExitCode { get; }
}
