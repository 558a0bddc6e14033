using System.CommandLine;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl audit</c></summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Verify or show a party's audit log; no agent need be running.")
    {
        AuditVerifyCommand.Create(),
        AuditShowCommand.Create(),
    };

    /// <summary>The argument that names the log.</summary>
    public static Argument<string> FileArgument() => new("file") { Description = "The audit log, audit.jsonl of a state directory." };

    /// <summary>The log's path, when it is there.</summary>
    /// <exception cref="VerbException">It is not.</exception>
    public static string Existing(string path) => File.Exists(path)
        ? path
        : throw new VerbException(ExitCodes.FileNotFound, $"There is no audit log '{path}'.");
}
