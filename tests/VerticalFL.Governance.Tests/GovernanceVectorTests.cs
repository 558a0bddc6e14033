using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests;

/// <summary>Walks the vectors of protocols/governance, which another implementation made.</summary>
public sealed class GovernanceVectorTests
{
    private static readonly JsonElement Approvals = Load("approvals.json"), Audits = Load("audit.json"), Sealed = Load("sealed.json");

    public static TheoryData<string> ApprovalNames => Names(Approvals);

    public static TheoryData<string> AuditNames => Names(Audits);

    public static TheoryData<string> SealedNames => Names(Sealed);

    [Theory]
    [MemberData(nameof(ApprovalNames))]
    public void Approval(string name)
    {
        JsonElement vector = Case(Approvals, name);
        byte[] bytes = Hex(vector, "approval");
        var signed = new SignedApproval(bytes, Hex(vector, "signature"), vector.GetProperty("certificate").GetBytesFromBase64());

        ApprovalVerdict verdict = new ApprovalVerifier(new ConsortiumRoot(Root(Approvals)))
            .Verify(signed, DateTimeOffset.FromUnixTimeSeconds(Approvals.GetProperty("now").GetInt64()));

        if (vector.GetProperty("refused").GetString() is { } refused)
        {
            Assert.Null(verdict.Approval);
            Assert.Contains(refused, verdict.Refusal, StringComparison.Ordinal);
        }
        else
        {
            Assert.Null(verdict.Refusal);
            Assert.Equal(bytes, verdict.Approval!.ToBytes());
            Assert.Equal(Approvals.GetProperty("study").GetString(), verdict.Approval.Study.Hex);
        }
    }

    [Theory]
    [MemberData(nameof(AuditNames))]
    public void Audit(string name)
    {
        JsonElement vector = Case(Audits, name);
        using var directory = new TemporaryDirectory();
        File.WriteAllLines(directory["log"], vector.GetProperty("lines").EnumerateArray().Select(l => JsonSerializer.Serialize(l)));

        AuditReport report = AuditVerifier.Verify(directory["log"], Root(Audits));

        if (vector.GetProperty("problem").GetString() is { } problem)
        {
            Assert.StartsWith(problem, report.Problem, StringComparison.Ordinal);
        }
        else
        {
            Assert.Null(report.Problem);
            Assert.Equal(vector.GetProperty("lines").GetArrayLength(), report.Records);
        }
    }

    [Theory]
    [MemberData(nameof(SealedNames))]
    public void SealedFiles(string name)
    {
        JsonElement vector = Case(Sealed, name);
        Assert.True(StudyId.TryParse(vector.GetProperty("study").GetString(), out StudyId study));
        Assert.True(RunId.TryParse(vector.GetProperty("run").GetString(), out RunId run));
        var context = new SealContext(
            new PartyId(vector.GetProperty("party").GetString()!),
            study,
            run,
            vector.GetProperty("attempt").GetInt32(),
            vector.GetProperty("kind").GetString()!,
            vector.GetProperty("step").GetInt64(),
            vector.GetProperty("generation").GetInt64());
        int length = vector.GetProperty("contentLength").GetInt32();
        using var directory = new TemporaryDirectory();
        AtomicFile.Write(directory[StorageKey.FileName], Hex(vector, "key"));
        using StorageKey key = StorageKey.Open(directory.Path, null);
        byte[] content = vector.TryGetProperty("file", out JsonElement file)
            ? Read(key, directory["file"], context, Convert.FromHexString(file.GetString()!), length)
            : [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        Assert.Equal(vector.GetProperty("contentSha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(content)));

        using var written = new MemoryStream();
        SealedFile.WriteTo(written, key, context, content, Hex(vector, "salt"));

        Assert.Equal(vector.GetProperty("fileSha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(written.ToArray())));
        Assert.Equal(content, Read(key, directory["written"], context, written.ToArray(), length));
    }

    private static byte[] Read(StorageKey key, string path, SealContext context, byte[] file, int length)
    {
        File.WriteAllBytes(path, file);
        return SealedFile.Read(key, path, context, length);
    }

    private static JsonElement Load(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "governance", "vectors", file))).RootElement;

    private static TheoryData<string> Names(JsonElement vectors) =>
        [.. vectors.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    private static JsonElement Case(JsonElement vectors, string name) =>
        vectors.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private static byte[] Hex(JsonElement vector, string property) => Convert.FromHexString(vector.GetProperty(property).GetString()!);

    private static X509Certificate2 Root(JsonElement vectors) =>
        X509CertificateLoader.LoadCertificate(vectors.GetProperty("root").GetBytesFromBase64());
}
