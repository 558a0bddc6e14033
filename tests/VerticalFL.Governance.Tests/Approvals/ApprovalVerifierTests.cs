using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Tests.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using Xunit;

namespace VerticalFL.Governance.Tests.Approvals;

public sealed class ApprovalVerifierTests : IDisposable
{
    private static readonly PartyId Lab = new("lab");
    private static readonly StudyId Study = StudyId.FromBytes(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    private readonly TestConsortium _consortium = new();
    private readonly OperatorIdentity _alice;

    public ApprovalVerifierTests()
    {
        _consortium.Enrol("lab");
        _alice = _consortium.Operator("lab");
    }

    private DateTimeOffset Now => _consortium.Clock.Now;

    public void Dispose()
    {
        _alice.Dispose();
        _consortium.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Genuine_decision_is_returned(bool approved)
    {
        Approval decision = Decision() with { Approved = approved };
        SignedApproval received = MessageCodec.Decode<SignedApproval>(MessageCodec.Encode(decision.Sign(_alice)));

        ApprovalVerdict verdict = Verifier().Verify(received, Study, Lab, Now);

        Assert.Null(verdict.Refusal);
        Assert.Equal(decision, verdict.Approval);
    }

    [Fact]
    public void Decision_on_another_study_or_of_another_party_is_refused()
    {
        SignedApproval signed = Decision().Sign(_alice);

        AssertRefused("another study", Verifier().Verify(signed, default, Lab, Now));
        AssertRefused("another party", Verifier().Verify(signed, Study, new PartyId("hospital"), Now));
    }

    [Fact]
    public void Every_changed_byte_of_the_signed_part_and_the_signature_is_refused()
    {
        SignedApproval signed = Decision().Sign(_alice);
        for (int i = 0; i < signed.Approval.Length; i++)
        {
            byte[] changed = signed.Approval.ToArray();
            changed[i] ^= 1;
            Assert.NotNull(Verifier().Verify(signed with { Approval = changed }, Now).Refusal);
        }

        for (int i = 0; i < signed.Signature.Length; i++)
        {
            byte[] changed = signed.Signature.ToArray();
            changed[i] ^= 1;
            AssertRefused("signature", Verifier().Verify(signed with { Signature = changed }, Now));
        }
    }

    [Fact]
    public void Decision_under_another_name_is_refused_even_when_signed()
    {
        _consortium.Enrol("hospital");
        using OperatorIdentity foreign = _consortium.Operator("hospital");
        byte[] bytes = Decision().ToBytes();
        var signed = new SignedApproval(bytes, foreign.Sign(bytes), foreign.Certificate.RawData);

        AssertRefused("signed by", Verifier().Verify(signed, Now));
        Assert.Throws<ArgumentException>(() => Decision().Sign(foreign));
    }

    [Fact]
    public void Services_key_cannot_approve()
    {
        using ServiceIdentity service = _consortium.Service("lab");
        byte[] bytes = Decision().ToBytes();

        AssertRefused("certificate", Verifier().Verify(new SignedApproval(bytes, service.Sign(bytes), service.Certificate.RawData), Now));
    }

    [Fact]
    public void Another_consortiums_operator_is_refused()
    {
        using var other = new TestConsortium();
        other.Enrol("lab");
        using OperatorIdentity twin = other.Operator("lab");

        AssertRefused("root", Verifier().Verify(Decision().Sign(twin), Now));
    }

    [Fact]
    public void Times_are_checked()
    {
        Approval decision = Decision();

        AssertRefused("expired", Verifier().Verify(decision.Sign(_alice), decision.Expires.AddSeconds(1)));
        AssertRefused("future", Verifier().Verify((decision with { Time = Now.AddHours(1) }).Sign(_alice), Now));
        AssertRefused("not valid when", Verifier().Verify((decision with { Time = Now.AddDays(-2) }).Sign(_alice), Now));
        AssertRefused("expired on", Verifier().Verify((decision with { Expires = Now.AddDays(1000) }).Sign(_alice), Now.AddDays(400)));
    }

    [Fact]
    public void Another_protocol_version_is_refused() =>
        AssertRefused("version", Verifier().Verify((Decision() with { ProtocolVersion = 2 }).Sign(_alice), Now));

    [Fact]
    public void Revoked_operator_is_refused()
    {
        SignedApproval signed = Decision().Sign(_alice);
        RevocationList list = _consortium.Authority.Revoke(_alice.Certificate);

        AssertRefused("revoked", new ApprovalVerifier(new ConsortiumRoot(_consortium.Authority.Certificate, list)).Verify(signed, Now));
    }

    [Fact]
    public void Policys_pin_of_an_operator_binds_the_key()
    {
        SignedApproval signed = Decision().Sign(_alice);

        Assert.Null(Verifier(Pinned(Cryptography.Keys.PublicKeyPin.Of(_alice.Certificate))).Verify(signed, Now).Refusal);
        AssertRefused("pins", Verifier(Pinned("sha256:" + new string('0', 64))).Verify(signed, Now));
    }

    [Fact]
    public void Garbage_is_a_refusal_and_no_exception()
    {
        SignedApproval signed = Decision().Sign(_alice);

        Assert.NotNull(Verifier().Verify(signed with { Certificate = new byte[] { 1, 2, 3 } }, Now).Refusal);
        Assert.NotNull(Verifier().Verify(signed with { Approval = ReadOnlyMemory<byte>.Empty }, Now).Refusal);
        Assert.NotNull(Verifier().Verify(signed with { Signature = ReadOnlyMemory<byte>.Empty }, Now).Refusal);
        Assert.NotNull(Verifier().Verify(signed with { Approval = (byte[])[.. signed.Approval.Span, 0] }, Now).Refusal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public void Sign_refuses_other_numbers_of_runs(int runs) =>
        Assert.Throws<ArgumentException>(() => (Decision() with { MaxRuns = runs }).Sign(_alice));

    private static Policy Pinned(string pin) => new()
    {
        Peers = new Dictionary<PartyId, PeerPolicy> { [Lab] = new() { Operators = new Dictionary<string, string> { ["alice"] = pin } } },
    };

    private static void AssertRefused(string reason, ApprovalVerdict verdict)
    {
        Assert.Null(verdict.Approval);
        Assert.Contains(reason, verdict.Refusal, StringComparison.Ordinal);
    }

    private ApprovalVerifier Verifier(Policy? policy = null) => new(new ConsortiumRoot(_consortium.Authority.Certificate), policy);

    private Approval Decision() => new()
    {
        Study = Study,
        Party = Lab,
        Operator = "alice",
        Approved = true,
        MaxRuns = 3,
        Expires = Now.AddDays(90),
        Time = Now,
    };
}
