using VerticalFL.Data;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Cli.Tests;

public sealed class ErrorReportTests
{
    public static TheoryData<Exception, int> Cases => new()
    {
        { new VerbException(ExitCodes.RunFailed, "x"), ExitCodes.RunFailed },
        { new OperationCanceledException(), ExitCodes.Cancelled },
        { new TaskCanceledException(), ExitCodes.Cancelled },
        { new StudyException("$.model", "x"), ExitCodes.StudyInvalid },
        { new DataException("rows.csv", 2, "age", "x"), ExitCodes.DataInvalid },
        { new DataException("rows.csv", null, null, "x", new FileNotFoundException()), ExitCodes.DataNotFound },
        { new DataException("rows.csv", null, null, "x", new UnauthorizedAccessException()), ExitCodes.FileAccess },
        { new CertificateException("x"), ExitCodes.CertificateRefused },
        { new KeyFileException("x"), ExitCodes.KeyUnusable },
        { new StorageException("x"), ExitCodes.SealedFileRefused },
        { new AuditException("x"), ExitCodes.AuditBroken },
        { new PolicyException("$", "x"), ExitCodes.ConfigurationInvalid },
        { new FileNotFoundException("x"), ExitCodes.FileNotFound },
        { new UnauthorizedAccessException("x"), ExitCodes.FileAccess },
        { new IOException("x"), ExitCodes.FileAccess },
        { new AggregateException(new StorageException("x")), ExitCodes.SealedFileRefused },
        { new InvalidOperationException("x"), ExitCodes.Unexpected },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Code_follows_from_the_exception(Exception exception, int code) => Assert.Equal(code, ErrorReport.CodeOf(exception));

    [Fact]
    public void Sentence_is_one_line()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        ErrorReport.Write(new StorageException("one\n  two"), false, output, error);

        Assert.Equal("vfl: one two" + Environment.NewLine, error.ToString());
    }
}
