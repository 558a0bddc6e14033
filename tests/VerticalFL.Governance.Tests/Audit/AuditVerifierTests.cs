using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Tests.Provisioning;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Audit;

public sealed class AuditVerifierTests : IDisposable
{
    private readonly TestConsortium _consortium = new();
    private readonly TemporaryDirectory _state = new();
    private readonly ServiceIdentity _lab;
    private readonly AuditHead[] _heads;
    private readonly string[] _lines;

    public AuditVerifierTests()
    {
        _consortium.Enrol("lab");
        _lab = _consortium.Service("lab");
        using (AuditLog log = AuditLog.Open(_state.Path, _lab, _consortium.Clock))
        {
            log.Append(AuditKind.StudyOffered);
            AuditHead early = log.Head();
            log.Append(AuditKind.StudyApproved, who: "alice", details: new() { ["maxRuns"] = "1" });
            log.Append(AuditKind.RunStarted);
            _heads = [early, log.Head()];
        }

        _lines = File.ReadAllLines(LogPath);
    }

    private string LogPath => _state[AuditLog.FileName];

    public void Dispose()
    {
        _lab.Dispose();
        _state.Dispose();
        _consortium.Dispose();
    }

    [Fact]
    public void Genuine_log_verifies_by_root_by_certificate_and_with_heads()
    {
        Assert.Null(AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate).Problem);
        Assert.Null(AuditVerifier.Verify(LogPath, _lab.Certificate).Problem);
        AuditReport report = Verify(_lines, _heads);
        Assert.Null(report.Problem);
        Assert.Equal((4L, 2), (report.Records, report.HeadsMatched));
    }

    [Fact]
    public void Edit_removal_and_reordering_show_at_their_line()
    {
        Assert.StartsWith("Line 3:", Verify([_lines[0], _lines[1], _lines[2].Replace("alice", "mallo", StringComparison.Ordinal), _lines[3]]).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 2:", Verify([_lines[0], _lines[2], _lines[3]]).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 2:", Verify([_lines[0], _lines[2], _lines[1], _lines[3]]).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 1:", Verify(_lines[1..]).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 5:", Verify([.. _lines, "{}"]).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 2:", Verify([_lines[0], _lines[1][..^1] + ",\"note\":\"x\"}", .. _lines[2..]]).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 2:", Verify([_lines[0], _lines[1].Replace("\"details\":{}", "\"details\":{\"a\":null}", StringComparison.Ordinal), .. _lines[2..]]).Problem, StringComparison.Ordinal);
        Assert.NotNull(Verify([]).Problem);
        Assert.NotNull(Verify([new string('x', 100_000)]).Problem);
    }

    [Fact]
    public void Wrong_signature_shows()
    {
        string other = _lines[1][_lines[1].IndexOf("\"signature\"", StringComparison.Ordinal)..];
        string changed = _lines[3][.._lines[3].IndexOf("\"signature\"", StringComparison.Ordinal)] + other;

        Assert.Equal("Line 4: its signature is wrong.", Verify([.. _lines[..3], changed]).Problem);
    }

    [Fact]
    public void Truncation_shows_against_a_peers_head_only()
    {
        Assert.Null(Verify(_lines[..3]).Problem);
        Assert.Contains("cut off", Verify(_lines[..3], _heads).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void History_rewritten_by_the_keys_own_holder_shows_against_a_peers_head()
    {
        using var state = new TemporaryDirectory();
        using (AuditLog log = AuditLog.Open(state.Path, _lab, _consortium.Clock))
        {
            for (int i = 0; i < 5; i++)
            {
                log.Append(AuditKind.StudyRejected);
            }
        }

        string path = state[AuditLog.FileName];
        Assert.Null(AuditVerifier.Verify(path, _consortium.Authority.Certificate).Problem);
        Assert.Contains("rewritten", AuditVerifier.Verify(path, _consortium.Authority.Certificate, _heads).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Forged_head_is_told_apart_from_a_cut_log() =>
        Assert.Contains("proves nothing", Verify(_lines, [_heads[1] with { Sequence = 9 }]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Another_root_or_certificate_is_refused()
    {
        using var other = new TestConsortium();
        other.Enrol("lab");
        using ServiceIdentity twin = other.Service("lab");

        Assert.StartsWith("Line 1:", AuditVerifier.Verify(LogPath, other.Authority.Certificate).Problem, StringComparison.Ordinal);
        Assert.StartsWith("Line 1:", AuditVerifier.Verify(LogPath, twin.Certificate).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Torn_tail_is_counted_and_no_problem()
    {
        File.AppendAllText(LogPath, "{\"seq");

        AuditReport report = AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate);
        Assert.Equal((null, 5L), (report.Problem, report.TornBytes));
    }

    private AuditReport Verify(string[] lines, AuditHead[]? heads = null)
    {
        string path = _state["changed.jsonl"];
        File.WriteAllText(path, string.Concat(lines.Select(l => l + "\n")));
        return AuditVerifier.Verify(path, _consortium.Authority.Certificate, heads);
    }
}
