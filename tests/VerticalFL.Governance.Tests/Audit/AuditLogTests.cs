using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Tests.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TestConsortium _consortium = new();
    private readonly TemporaryDirectory _state = new();
    private readonly ServiceIdentity _lab;

    public AuditLogTests()
    {
        _consortium.Enrol("lab");
        _lab = _consortium.Service("lab");
    }

    private string LogPath => _state[AuditLog.FileName];

    public void Dispose()
    {
        _lab.Dispose();
        _state.Dispose();
        _consortium.Dispose();
    }

    [Fact]
    public void Appended_records_verify_and_survive_a_restart()
    {
        var study = StudyId.FromBytes(new byte[32]);
        var run = RunId.FromBytes(new byte[16]);
        using (AuditLog log = Open())
        {
            log.Append(AuditKind.StudyApproved, study, who: "alice", details: new() { ["maxRuns"] = "3" });
            log.Append(AuditKind.RunStarted, study, run, 1);
        }

        using (AuditLog log = Open())
        {
            AuditRecord last = log.Append(AuditKind.RunEnded, study, run, 1, new() { ["outcome"] = "Finished" });
            Assert.Equal(5, last.Sequence);
        }

        AuditReport report = AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate);
        Assert.Null(report.Problem);
        Assert.Equal((new PartyId("lab"), 5L, 0L), (report.Party, report.Records, report.TornBytes));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogPath));
        }
    }

    [Fact]
    public void Torn_tail_is_cut_at_every_length_and_noted()
    {
        Fill();
        byte[] whole = File.ReadAllBytes(LogPath);
        int lastLine = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (int length = lastLine + 1; length < whole.Length; length += 61)
        {
            File.WriteAllBytes(LogPath, whole[..length]);
            Open().Dispose();

            List<AuditRecord> records = Records();
            Assert.Equal(AuditKind.TailCut, records[^1].Kind);
            Assert.Equal((length - lastLine).ToString(System.Globalization.CultureInfo.InvariantCulture), records[^1].Details["bytes"]);
            Assert.Null(AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate).Problem);
        }
    }

    [Fact]
    public void Log_that_a_crash_left_without_one_whole_record_begins_anew()
    {
        File.WriteAllText(LogPath, "{\"sequence\":1,");
        Open().Dispose();

        Assert.Equal([AuditKind.LogOpened, AuditKind.TailCut], Records().Select(r => r.Kind));
    }

    [Fact]
    public void Open_refuses_a_chain_that_was_changed_anywhere()
    {
        Fill();
        string[] lines = File.ReadAllLines(LogPath);
        for (int i = 0; i < lines.Length; i++)
        {
            string[] changed = [.. lines];
            changed[i] = changed[i].Replace("\"attempt\":", "\"attempt\":1", StringComparison.Ordinal);
            File.WriteAllLines(LogPath, changed);
            Assert.Throws<AuditException>(Open);
        }

        File.WriteAllLines(LogPath, lines);
        Open().Dispose();
    }

    [Fact]
    public void Open_refuses_a_chain_that_was_computed_anew_without_the_key()
    {
        Fill();
        List<AuditRecord> records = Records();
        AuditRecord forged = records[^1] with { Who = "mallory" };
        forged = forged with { Hash = forged.ComputeHash() };
        string[] lines = File.ReadAllLines(LogPath);
        lines[^1] = System.Text.Encoding.UTF8.GetString(AuditLine.Write(forged));
        File.WriteAllLines(LogPath, lines);

        Assert.Contains("signature", Assert.Throws<AuditException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_refuses_another_partys_log_and_a_second_process()
    {
        Fill();
        _consortium.Enrol("hospital");
        using ServiceIdentity hospital = _consortium.Service("hospital");
        Assert.Throws<AuditException>(() => AuditLog.Open(_state.Path, hospital, _consortium.Clock));

        using AuditLog open = Open();
        Assert.Throws<AuditException>(Open);
        Assert.NotEmpty(Records());
    }

    [Fact]
    public void Renewed_certificate_continues_the_chain()
    {
        Fill();
        Directory.Delete(_consortium.DirectoryOf("lab"), recursive: true);
        _consortium.Clock.Now = _consortium.Clock.Now.AddDays(300);
        _consortium.Enrol("lab");
        using ServiceIdentity renewed = _consortium.Service("lab");
        using (AuditLog log = AuditLog.Open(_state.Path, renewed, _consortium.Clock))
        {
            log.Append(AuditKind.RunEnded);
        }

        Assert.Null(AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate).Problem);
        Assert.NotNull(AuditVerifier.Verify(LogPath, renewed.Certificate).Problem);
    }

    [Fact]
    public void Details_are_one_line_each_and_their_names_are_checked()
    {
        using AuditLog log = Open();
        AuditRecord record = log.Append(AuditKind.RunRefused, details: new() { ["reason"] = "a\nb\u001b[2J\ud800" + new string('x', 10_000) });

        Assert.Equal("a b [2J xxx", record.Details["reason"][..11]);
        Assert.Throws<ArgumentException>(() => log.Append(AuditKind.RunRefused, details: new() { ["a b"] = "" }));
        Assert.Throws<ArgumentException>(() => log.Append(
            AuditKind.RunRefused, details: Enumerable.Range(0, 17).ToDictionary(i => "d" + i, _ => "")));
        Assert.Null(AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate).Problem);
    }

    [Fact]
    public async Task Threads_append_without_breaking_the_chain()
    {
        using AuditLog log = Open();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                log.Append(AuditKind.MessagesSent, attempt: t);
            }
        })));

        Assert.Equal(41, AuditVerifier.Verify(LogPath, _consortium.Authority.Certificate).Records);
    }

    [Fact]
    public void Peers_head_is_kept_when_genuine_and_refused_otherwise()
    {
        _consortium.Enrol("hospital");
        using ServiceIdentity hospital = _consortium.Service("hospital");
        using var state = new TemporaryDirectory();
        using AuditLog theirs = AuditLog.Open(state.Path, hospital, _consortium.Clock);
        using AuditLog ours = Open();
        AuditHead head = MessageCodec.Decode<AuditHead>(MessageCodec.Encode(theirs.Head()));
        var peer = new PartyId("hospital");

        AuditRecord kept = ours.AppendPeerHead(head, peer);

        Assert.Equal(AuditKind.PeerHead, kept.Kind);
        Assert.Throws<PeerProtocolException>(() => ours.AppendPeerHead(head, new PartyId("pharmacy")));
        Assert.Throws<PeerProtocolException>(() => ours.AppendPeerHead(head with { Sequence = 2 }, peer));
        Assert.Throws<PeerProtocolException>(() => ours.AppendPeerHead(head with { Hash = new byte[32] }, peer));
        Assert.Throws<PeerProtocolException>(() => ours.AppendPeerHead(head with { Certificate = _lab.Certificate.RawData }, peer));
        Assert.Throws<PeerProtocolException>(() => ours.AppendPeerHead(head with { Certificate = new byte[] { 1 } }, peer));
        AuditHead read = Assert.Single(AuditVerifier.ReadHeads(LogPath, peer));
        Assert.Equal(MessageCodec.Encode(head), MessageCodec.Encode(read));
    }

    private AuditLog Open() => AuditLog.Open(_state.Path, _lab, _consortium.Clock);

    private void Fill()
    {
        using AuditLog log = Open();
        log.Append(AuditKind.StudyOffered);
        log.Append(AuditKind.StudyApproved, who: "alice");
    }

    private List<AuditRecord> Records()
    {
        var records = new List<AuditRecord>();
        AuditVerifier.Read(LogPath, records.Add);
        return records;
    }
}
