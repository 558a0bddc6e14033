using System.Net.Sockets;
using VerticalFL.Cli.Commands;
using VerticalFL.Data;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Transport.Local;

namespace VerticalFL.Cli;

/// <summary>The one place where an exception becomes an exit code and one sentence.</summary>
internal static class ErrorReport
{
    /// <summary>Prints the error on standard error, or with <c>--json</c> as a document on standard output.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(Exception exception, bool json, TextWriter output, TextWriter error)
    {
        int code = CodeOf(exception);
        string sentence = Sentence(exception);
        if (json)
        {
            output.WriteLine(JsonText.Of(new { error = sentence, exitCode = code }));
        }
        else
        {
            error.WriteLine("vfl: " + sentence);
        }

        return code;
    }

    internal static int CodeOf(Exception exception) => exception switch
    {
        VerbException e => e.ExitCode,
        OperationCanceledException => ExitCodes.Cancelled,
        StudyException { InnerException: FileNotFoundException or DirectoryNotFoundException } => ExitCodes.FileNotFound,
        StudyException { InnerException: IOException or UnauthorizedAccessException } => ExitCodes.FileAccess,
        StudyException => ExitCodes.StudyInvalid,
        DataException { InnerException: FileNotFoundException or DirectoryNotFoundException } => ExitCodes.DataNotFound,
        DataException { InnerException: IOException or UnauthorizedAccessException } => ExitCodes.FileAccess,
        DataException => ExitCodes.DataInvalid,
        CertificateException => ExitCodes.CertificateRefused,
        KeyFileException => ExitCodes.KeyUnusable,
        StorageException => ExitCodes.SealedFileRefused,
        PolicyException => ExitCodes.ConfigurationInvalid,
        AuditException => ExitCodes.AuditBroken,
        PeerProtocolException => ExitCodes.PeerBrokeProtocol,
        RunFailedException e => RunExit.CodeOf(e.Outcome),
        SimulationException e => e.Problem == SimulationProblem.FileMissing ? ExitCodes.FileNotFound : ExitCodes.RunFailed,
        LocalRequestException e => CodeOf(e.Refusal),
        InvalidDataException => ExitCodes.ConfigurationInvalid,
        IOException when IsPortInUse(exception) => ExitCodes.PortInUse,
        FileNotFoundException or DirectoryNotFoundException => ExitCodes.FileNotFound,
        UnauthorizedAccessException or IOException => ExitCodes.FileAccess,
        AggregateException { InnerException: { } inner } => CodeOf(inner),
        _ => ExitCodes.Unexpected,
    };

    private static bool IsPortInUse(Exception? exception) => exception is not null
        && (exception is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || IsPortInUse(exception.InnerException));

    private static int CodeOf(LocalRefusal refusal) => refusal switch
    {
        LocalRefusal.NotRunning => ExitCodes.Unreachable,
        LocalRefusal.NotFound => ExitCodes.StudyNotFound,
        LocalRefusal.InvalidStudy => ExitCodes.StudyInvalid,
        LocalRefusal.NotAllowed => ExitCodes.ApprovalMissing,
        LocalRefusal.PolicyRefused => ExitCodes.PolicyRefused,
        _ => ExitCodes.RunFailed,
    };

    private static string Sentence(Exception exception) => exception switch
    {
        OperationCanceledException => "Stopped before it was done.",

        // The type and the first frame are what a maintainer asks for; our own exceptions need neither.
        _ when CodeOf(exception) == ExitCodes.Unexpected => $"Unexpected {exception.GetType().Name}: {OneLine(exception.Message)} Please report this line: {Where(exception)}.",
        _ => OneLine(exception.Message),
    };

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Where(Exception exception) =>
        exception.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("VerticalFL.", StringComparison.Ordinal))?.Trim() ?? "no frame of ours";
}
