using System.Text;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;

namespace VerticalFL.Agent.Tests.Studies;

/// <summary>The lab's desk on a state directory of its own, and operators of three parties.</summary>
internal sealed class DeskFixture : IDisposable
{
    public static readonly PartyId Hospital = new("hospital"), Lab = new("lab"), Pharmacy = new("pharmacy");

    private readonly TemporaryDirectory _directory = new();
    private readonly CertificateAuthority _authority;
    private readonly ServiceIdentity _identity;

    public DeskFixture(Policy? policy = null)
    {
        _authority = CertificateAuthority.Init(_directory["ca"], "test");
        foreach (PartyId party in (PartyId[])[Hospital, Lab, Pharmacy])
        {
            foreach (Enrolment made in Enrolment.Create(party, "alice", _directory[party.Value]))
            {
                File.WriteAllText(
                    made.RequestPath.Replace(".csr.pem", ".cert.pem", StringComparison.Ordinal), _authority.Sign(File.ReadAllText(made.RequestPath), 30).Pem);
            }

            File.WriteAllText(_directory[party.Value, "ca.cert.pem"], _authority.Certificate.ExportCertificatePem());
        }

        Directory.CreateDirectory(State);
        _identity = Identity(Lab);
        Audit = AuditLog.Open(State, _identity);
        Store = new StudyStore(State);
        var options = new AgentOptions { Party = "lab", Coordinator = "localhost:1", StateDirectory = State };
        policy ??= Policy.Default;
        Desk = new StudyDesk(options, policy, Store, new ApprovalVerifier(_identity.Root, policy), Audit, Clock);
    }

    public ManualClock Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public AuditLog Audit { get; }

    public StudyStore Store { get; }

    public StudyDesk Desk { get; }

    public string State => _directory["state"];

    public static StudyDocument Document(string more = "", int maxRuns = 2, string name = "mortality") => StudyDocument.Expand(Encoding.UTF8.GetBytes(
        $$"""{ "name": "{{name}}", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }, "maxRuns": {{maxRuns}}{{more}} }"""));

    public static RunId Run(byte number) => RunId.FromBytes([number, .. new byte[RunId.Size - 1]]);

    public SignedApproval Sign(PartyId party, StudyDocument document, bool approve = true, Func<Approval, Approval>? change = null)
    {
        using OperatorIdentity identity = OperatorIdentity.Load(_directory[party.Value], "alice");
        Approval decision = Approval.Decide(document, identity, approve, Clock.Now);
        return (change?.Invoke(decision) ?? decision).Sign(identity);
    }

    /// <summary>A party's service; the caller's to dispose.</summary>
    public ServiceIdentity Identity(PartyId party) => ServiceIdentity.Load(_directory[party.Value]);

    /// <summary>Offers the study and lets the lab's operator approve it.</summary>
    public StudyDocument Known(StudyDocument? document = null)
    {
        document ??= Document();
        Desk.Offer(document.Bytes);
        Desk.Decide(document.Id.Hex, Sign(Lab, document));
        return document;
    }

    public RunOrder Order(StudyDocument document, params SignedApproval[] approvals) =>
        new(document.Id, Run(1), 1, [.. approvals.Select(a => (ReadOnlyMemory<byte>)MessageCodec.Encode(a))]);

    public RunOrder FullOrder(StudyDocument document, byte run = 1) =>
        Order(document, Sign(Hospital, document), Sign(Lab, document), Sign(Pharmacy, document)) with { Run = Run(run) };

    public string AuditText()
    {
        using var stream = new FileStream(Path.Combine(State, AuditLog.FileName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public void Dispose()
    {
        Audit.Dispose();
        _identity.Dispose();
        _authority.Dispose();
        _directory.Dispose();
    }
}
