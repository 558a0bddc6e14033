using System.Security.Cryptography;
using System.Text;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>The coordinator's word counts for nothing: an agent refuses by itself, says so, and audits it.</summary>
public sealed class HostileCoordinatorTests
{
    [Fact]
    public async Task Agent_refuses_orders_without_genuine_approvals_by_everybody()
    {
        await using var kit = new ServiceKit();
        await using FakeCoordinator fake = await FakeCoordinator.StartAsync(kit["coordinator"]);
        kit.Port = fake.Port;
        kit.WriteAgent("lab");
        await kit.StartAsync("lab");
        StudyDocument document = StudyDocument.Expand(Encoding.UTF8.GetBytes(Cohort.Study()));
        await fake.SayAsync("lab", new StudyOffer(document.Bytes));
        await ServiceKit.UntilAsync(async () => (await VflRun.OfAsync("study", "show", document.Id.Hex, "--config", kit.ConfigOf("lab"))).ExitCode == 0, "the offer");

        ReadOnlyMemory<byte> hospital = Sign(kit, "hospital", document), lab = Sign(kit, "lab", document), pharmacy = Sign(kit, "pharmacy", document);
        await RefusesAsync("the study is not known here", StudyId.FromBytes(RandomNumberGenerator.GetBytes(StudyId.Size)), hospital, lab, pharmacy);
        await RefusesAsync("has not approved the study", document.Id);
        await RefusesAsync("party 'pharmacy' has not approved", document.Id, hospital, lab);

        // All three are genuine, but the agent's own operator has told it nothing.
        await RefusesAsync("own operator has not approved", document.Id, hospital, lab, pharmacy);
        VflRun approved = await kit.ApproveAsync("lab", document.Id.Hex);
        Assert.Equal(0, approved.ExitCode);
        await ServiceKit.UntilAsync(() => Task.FromResult(!fake.Decisions.IsEmpty), "the decision");

        // Forged: another name over a genuine signature, a broken signature, a rejection, another study, a foreign authority.
        await RefusesAsync("an approval is not valid", document.Id, hospital, lab, Rename(kit, document));
        await RefusesAsync("signature is wrong", document.Id, hospital, lab, Spoil(pharmacy));
        await RefusesAsync("not an approval of this study", document.Id, hospital, lab, Sign(kit, "pharmacy", document, approve: false));
        StudyDocument other = StudyDocument.Expand(Encoding.UTF8.GetBytes(Cohort.Study(name: "other")));
        await RefusesAsync("not an approval of this study", document.Id, hospital, lab, Sign(kit, "pharmacy", other));
        await RefusesAsync("malformed", document.Id, hospital, lab, new byte[] { 1, 2, 3 });
        using (var foreign = CertificateAuthority.Init(kit["foreign"], "another consortium"))
        {
            await RefusesAsync("certificate is refused", document.Id, hospital, lab, SignForeign(kit, foreign, document));
        }

        // What is no message for an agent, or no study of its own, is refused and does not end the service.
        await fake.SayAsync("lab", new RunProgress(NewRun(), 1, Station.Training, 1));
        await fake.SayAsync("lab", new StudyOffer(Encoding.UTF8.GetBytes("{}")));
        await ServiceKit.UntilAsync(() => Task.FromResult(kit.AuditText("lab").Contains("\"PeerBroke\"", StringComparison.Ordinal)), "the audit");
        Assert.DoesNotContain("\"RunStarted\"", kit.AuditText("lab"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(kit.StateOf("lab"), "studies", document.Id.Hex, "runs")));

        async Task RefusesAsync(string reason, StudyId study, params ReadOnlyMemory<byte>[] approvals)
        {
            RunId run = NewRun();
            await fake.SayAsync("lab", new RunOrder(study, run, 1, approvals));
            Assert.Equal(RunOutcome.NotAllowed, await fake.EndOfAsync(run));
            string line = kit.AuditText("lab").Split('\n').Last(l => l.Contains("\"RunRefused\"", StringComparison.Ordinal));
            Assert.Contains(run.Hex, line, StringComparison.Ordinal);
            Assert.Contains(reason, line.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Agent_counts_runs_by_itself_and_tells_an_end_again()
    {
        await using var kit = new ServiceKit();
        await using FakeCoordinator fake = await FakeCoordinator.StartAsync(kit["coordinator"]);
        kit.Port = fake.Port;
        kit.WriteAgent("lab");
        await kit.StartAsync("lab");
        StudyDocument document = StudyDocument.Expand(Encoding.UTF8.GetBytes(Cohort.Study(maxRuns: 1)));
        await fake.SayAsync("lab", new StudyOffer(document.Bytes));
        await ServiceKit.UntilAsync(async () => (await kit.ApproveAsync("lab", document.Id.Hex)).ExitCode == 0, "the approval");
        ReadOnlyMemory<byte>[] approvals = [.. ServiceKit.Parties.Select(p => Sign(kit, p, document))];

        RunId first = NewRun();
        await fake.SayAsync("lab", new RunOrder(document.Id, first, 1, approvals));
        await kit.InStationAsync("lab", first.Hex, "connecting");
        await fake.SayAsync("lab", new RunCancel(first, "the test cancels it"));
        Assert.Equal(RunOutcome.Cancelled, await fake.EndOfAsync(first));

        // Asked again, also after a restart, it tells the same end and starts nothing.
        await kit.StopAsync("lab");
        await ServiceKit.UntilAsync(() => Task.FromResult(!fake.Has("lab")), "the old connection's end");
        fake.Ends.Clear();
        await kit.StartAsync("lab");
        await fake.SayAsync("lab", new RunOrder(document.Id, first, 1, approvals));
        Assert.Equal(RunOutcome.Cancelled, await fake.EndOfAsync(first));

        RunId second = NewRun();
        await fake.SayAsync("lab", new RunOrder(document.Id, second, 1, approvals));
        Assert.Equal(RunOutcome.NotAllowed, await fake.EndOfAsync(second));
        Assert.Contains("the approvals allow 1 run(s), and 1 have been used", kit.AuditText("lab"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_begins_no_attempt_twice_whatever_is_ordered_also_after_a_restart()
    {
        await using var kit = new ServiceKit();
        await using FakeCoordinator fake = await FakeCoordinator.StartAsync(kit["coordinator"]);
        kit.Port = fake.Port;
        kit.WriteAgent("lab");
        await kit.StartAsync("lab");
        StudyDocument document = StudyDocument.Expand(Encoding.UTF8.GetBytes(Cohort.Study(maxRuns: 1)));
        await fake.SayAsync("lab", new StudyOffer(document.Bytes));
        await ServiceKit.UntilAsync(async () => (await kit.ApproveAsync("lab", document.Id.Hex)).ExitCode == 0, "the approval");
        ReadOnlyMemory<byte>[] approvals = [.. ServiceKit.Parties.Select(p => Sign(kit, p, document))];
        RunId run = NewRun();

        // A flood: each order takes the place of the one that waits, and at most one begins in a second.
        for (int attempt = 1; attempt <= 200; attempt++)
        {
            await OrderAsync(attempt);
        }

        await kit.InStationAsync("lab", run.Hex, "reading", "connecting");
        await ServiceKit.UntilAsync(async () => (await kit.RunAtAsync("lab", run.Hex)).GetProperty("attempt").GetInt32() == 200, "the last attempt");
        Assert.True(Begun() <= 60, $"{Begun()} attempts were begun");
        await kit.InStationAsync("lab", run.Hex, "connecting");
        int begun = Begun();

        // The same and lower numbers begin nothing; those behind are told to be over, the one under way is silent.
        fake.Overs.Clear();
        await OrderAsync(200);
        await OrderAsync(199);
        Assert.Equal(AttemptCause.Stopped, await fake.OverOfAsync(run, 199));
        Assert.DoesNotContain(fake.Overs, o => o.Attempt == 200);

        // A stop of the present attempt; a repeated order of it tells the same again.
        await fake.SayAsync("lab", new AttemptStop(run, 200));
        Assert.Equal(AttemptCause.Stopped, await fake.OverOfAsync(run, 200));
        fake.Overs.Clear();
        await OrderAsync(200);
        Assert.Equal(AttemptCause.Stopped, await fake.OverOfAsync(run, 200));
        Assert.Equal(begun, Begun());

        // The number is remembered over a restart; the next one begins, and the run has been counted once.
        await kit.StopAsync("lab");
        await ServiceKit.UntilAsync(() => Task.FromResult(!fake.Has("lab")), "the old connection's end");
        fake.Overs.Clear();
        await kit.StartAsync("lab");
        await OrderAsync(200);
        Assert.Equal(AttemptCause.Stopped, await fake.OverOfAsync(run, 200));
        await OrderAsync(7);
        Assert.Equal(AttemptCause.Stopped, await fake.OverOfAsync(run, 7));
        Assert.Equal(begun, Begun());
        await OrderAsync(201);
        await kit.InStationAsync("lab", run.Hex, "connecting");
        Assert.Equal(begun + 1, Begun());

        // An order for the next attempt with a forged approval ends the run, and so does nothing after it.
        await fake.SayAsync("lab", new RunOrder(document.Id, run, 202, [approvals[0], approvals[1], Spoil(approvals[2])]));
        Assert.Equal(RunOutcome.NotAllowed, await fake.EndOfAsync(run));
        fake.Ends.Clear();
        await OrderAsync(203);
        Assert.Equal(RunOutcome.NotAllowed, await fake.EndOfAsync(run));
        Assert.Equal(begun + 1, Begun());
        Assert.DoesNotContain(fake.Overs, o => o.Attempt > 201);

        Task OrderAsync(int attempt) => fake.SayAsync("lab", new RunOrder(document.Id, run, attempt, approvals));

        int Begun() => kit.AuditText("lab").Split('\n').Count(l => l.Contains("\"RunStarted\"", StringComparison.Ordinal));
    }

    private static RunId NewRun() => RunId.FromBytes(RandomNumberGenerator.GetBytes(RunId.Size));

    private static byte[] Sign(ServiceKit kit, string party, StudyDocument document, bool approve = true)
    {
        using OperatorIdentity identity = OperatorIdentity.Load(kit[party], "alice");
        return MessageCodec.Encode(Approval.Decide(document, identity, approve, TimeProvider.System.GetUtcNow()).Sign(identity));
    }

    /// <summary>The lab's operator signs in the pharmacy's name.</summary>
    private static byte[] Rename(ServiceKit kit, StudyDocument document)
    {
        SignedApproval lab = MessageCodec.Decode<SignedApproval>(Sign(kit, "lab", document));
        byte[] renamed = (Approval.Parse(lab.Approval.Span) with { Party = new PartyId("pharmacy") }).ToBytes();
        return MessageCodec.Encode(lab with { Approval = renamed });
    }

    private static byte[] Spoil(ReadOnlyMemory<byte> encoded)
    {
        SignedApproval signed = MessageCodec.Decode<SignedApproval>(encoded.Span);
        byte[] signature = signed.Signature.ToArray();
        signature[5] ^= 1;
        return MessageCodec.Encode(signed with { Signature = signature });
    }

    private static byte[] SignForeign(ServiceKit kit, CertificateAuthority foreign, StudyDocument document)
    {
        string keys = kit["foreign-pharmacy"];
        foreach (Enrolment made in Enrolment.Create(new PartyId("pharmacy"), "alice", keys))
        {
            File.WriteAllText(made.RequestPath.Replace(".csr.pem", ".cert.pem", StringComparison.Ordinal), foreign.Sign(File.ReadAllText(made.RequestPath), 30).Pem);
        }

        File.WriteAllText(Path.Combine(keys, "ca.cert.pem"), foreign.Certificate.ExportCertificatePem());
        using OperatorIdentity identity = OperatorIdentity.Load(keys, "alice");
        return MessageCodec.Encode(Approval.Decide(document, identity, true, TimeProvider.System.GetUtcNow()).Sign(identity));
    }
}
