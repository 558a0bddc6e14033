using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class AuditCommandsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string LogPath => _directory["lab", AuditLog.FileName];

    private string Root => _directory["ca", "ca.cert.pem"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Verify_accepts_a_genuine_log_by_root_and_by_certificate()
    {
        await MakeLogAsync();

        foreach (string trust in (string[])[Root, _directory["lab", "service.cert.pem"]])
        {
            Vfl run = await Vfl.RunAsync("audit", "verify", LogPath, "--trust", trust, "--json");
            Assert.Equal(ExitCodes.Ok, run.ExitCode);
            Assert.Equal(3, run.Json.GetProperty("records").GetInt32());
        }

        Assert.Contains("verifies: 3 records", (await Vfl.RunAsync("audit", "verify", LogPath, "--trust", Root)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_finds_a_log_that_was_cut_by_a_peers_log()
    {
        await MakeLogAsync();
        using (ServiceIdentity hospital = ServiceIdentity.Load(_directory["hospital"]))
        using (AuditLog theirs = AuditLog.Open(_directory["hospital"], hospital))
        using (ServiceIdentity lab = ServiceIdentity.Load(_directory["lab"]))
        using (AuditLog ours = AuditLog.Open(_directory["lab"], lab))
        {
            theirs.AppendPeerHead(ours.Head(), lab.Party);
        }

        string[] verify = ["audit", "verify", LogPath, "--trust", Root, "--peer-log", _directory["hospital", AuditLog.FileName]];
        Assert.Equal(1, (await Vfl.RunAsync([.. verify, "--json"])).Json.GetProperty("peerHeads").GetInt32());

        File.WriteAllLines(LogPath, File.ReadAllLines(LogPath)[..^1]);
        Vfl run = await Vfl.RunAsync(verify);
        Assert.Equal(ExitCodes.AuditBroken, run.ExitCode);
        Assert.Contains("cut off", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_names_the_line_that_was_changed()
    {
        await MakeLogAsync();
        File.WriteAllText(LogPath, File.ReadAllText(LogPath).Replace("\"alice\"", "\"mallory\"", StringComparison.Ordinal));

        Vfl run = await Vfl.RunAsync("audit", "verify", LogPath, "--trust", Root);

        Assert.Equal(ExitCodes.AuditBroken, run.ExitCode);
        Assert.Contains("Line 2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_prints_the_last_records_and_no_certificate()
    {
        await MakeLogAsync();

        Vfl all = await Vfl.RunAsync("audit", "show", LogPath);
        Vfl last = await Vfl.RunAsync("audit", "show", LogPath, "--last", "1", "--json");

        Assert.Contains("StudyApproved", all.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("certificate=", all.Output, StringComparison.Ordinal);
        Assert.Equal("RunStarted", Assert.Single(last.Json.EnumerateArray()).GetProperty("kind").GetString(), ignoreCase: true);
        Assert.Equal(ExitCodes.Usage, (await Vfl.RunAsync("audit", "show", LogPath, "--last", "-1")).ExitCode);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("verify")]
    public async Task Absent_log_has_a_code_of_its_own(string verb)
    {
        await MakeLogAsync();
        string[] trust = verb == "verify" ? ["--trust", Root] : [];

        Assert.Equal(ExitCodes.FileNotFound, (await Vfl.RunAsync(["audit", verb, _directory["absent"], .. trust])).ExitCode);
    }

    private async Task MakeLogAsync()
    {
        await Vfl.RunAsync("ca", "init", "--dir", _directory["ca"], "--name", "Example");
        foreach (string party in (string[])["lab", "hospital"])
        {
            await Vfl.RunAsync("enroll", "--party", party, "--out", _directory[party]);
            Assert.Equal(0, (await Vfl.RunAsync("ca", "sign", _directory[party, "service.csr.pem"], "--dir", _directory["ca"])).ExitCode);
        }

        using ServiceIdentity lab = ServiceIdentity.Load(_directory["lab"]);
        using AuditLog log = AuditLog.Open(_directory["lab"], lab);
        log.Append(AuditKind.StudyApproved, who: "alice");
        log.Append(AuditKind.RunStarted);
    }
}
