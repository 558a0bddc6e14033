using System.Text;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;

namespace VerticalFL.Coordinator.Tests.Registry;

/// <summary>A registry on a state directory, and operators who decide.</summary>
internal sealed class RegistryFixture : IDisposable
{
    public static readonly PartyId Hospital = new("hospital"), Lab = new("lab"), Pharmacy = new("pharmacy");

    private readonly TemporaryDirectory _directory = new();
    private readonly CertificateAuthority _authority;

    public RegistryFixture()
    {
        _authority = CertificateAuthority.Init(_directory["ca"], "test");
        foreach (PartyId party in (PartyId[])[Hospital, Lab, Pharmacy])
        {
            Enrolment made = Enrolment.CreateOperator(party, "alice", _directory[party.Value]);
            File.WriteAllText(_directory[party.Value, "operator-alice.cert.pem"], _authority.Sign(File.ReadAllText(made.RequestPath), 30).Pem);
            File.WriteAllText(_directory[party.Value, "ca.cert.pem"], _authority.Certificate.ExportCertificatePem());
        }

        (Studies, Runs) = Open();
    }

    public ManualClock Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public StudyRegistry Studies { get; private set; }

    public RunRegistry Runs { get; private set; }

    public static string Study(int maxRuns = 2, string more = "") =>
        $$"""{ "name": "mortality", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }, "maxRuns": {{maxRuns}}{{more}} }""";

    public StudyDocument Submit(string? study = null) => Studies.Submit(Encoding.UTF8.GetBytes(study ?? Study()));

    public SignedApproval Sign(PartyId party, StudyDocument document, bool approve = true)
    {
        using OperatorIdentity identity = OperatorIdentity.Load(_directory[party.Value], "alice");
        return Approval.Decide(document, identity, approve, Clock.Now).Sign(identity);
    }

    public StudyDocument Approved(string? study = null)
    {
        StudyDocument document = Submit(study);
        foreach (PartyId party in document.Study.Parties)
        {
            if (Studies.Decide(party, Sign(party, document)) is { } refusal)
            {
                throw new InvalidOperationException(refusal);
            }
        }

        return document;
    }

    public void Restart() => (Studies, Runs) = Open();

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    private (StudyRegistry Studies, RunRegistry Runs) Open()
    {
        var store = new StudyStore(_directory["state"]);
        var studies = new StudyRegistry(store, new ApprovalVerifier(new ConsortiumRoot(_authority.Certificate)), Clock);
        return (studies, new RunRegistry(studies, store, Clock));
    }
}
