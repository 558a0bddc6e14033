using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class BudgetDeskTests : IDisposable
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly byte[] Question = [.. Enumerable.Repeat((byte)1, PrivacyLedger.SubjectSize)];
    private readonly TemporaryDirectory _state = new();
    private readonly CertificateAuthority _authority;
    private readonly ServiceIdentity _identity;
    private readonly AuditLog _audit;
    private readonly StorageKey _key;
    private readonly PrivacyLedger _ledger;
    private readonly ActiveRun _run = new(
        RunId.FromBytes(new byte[16]), new NewestAttempt(1, null),
        StudyDocument.Expand("""{ "name": "s", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] } }"""u8.ToArray()));

    public BudgetDeskTests()
    {
        _authority = CertificateAuthority.Init(_state["ca"], "test");
        Enrolment enrolment = Enrolment.CreateService(Hospital, _state["hospital"]);
        File.WriteAllText(_state["hospital", "service.cert.pem"], _authority.Sign(File.ReadAllText(enrolment.RequestPath), 30).Pem);
        File.WriteAllText(_state["hospital", "ca.cert.pem"], _authority.Certificate.ExportCertificatePem());
        _identity = ServiceIdentity.Load(_state["hospital"]);
        _audit = AuditLog.Open(_state.Path, _identity);
        _key = StorageKey.Open(_state.Path);
        _ledger = PrivacyLedger.Open(_state.Path, _key, Hospital);
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _key.Dispose();
        _audit.Dispose();
        _identity.Dispose();
        _authority.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task A_patient_is_known_by_the_policys_column_whatever_the_spelling_of_the_file()
    {
        Charge(await TableAsync("mrn,name\n17,anna\n18,bert"), Budget(3), 2);

        PolicyRefusedException refused = Assert.Throws<PolicyRefusedException>(() => Charge(Read("name,mrn\nannie, 17 "), Budget(3), 1.5, subject: 2));
        Assert.Contains("1 of its 1 patient(s) would have spent up to an epsilon of 3.5", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("17", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gaussian_releases_and_reports_add_up_to_one_epsilon()
    {
        Table table = Read("mrn\n17");
        Charge(table, Budget(2), 1);

        // rho = 0.005 is an epsilon of 0.43 at 1e-6.
        LedgerReport report = Desk(Budget(2)).Reserve(_run, table, [0], [.. Question.Reverse().Select(b => (byte)(b + 1))], [[]], new(0, 0.005));
        Assert.Equal(1.43, report.LargestEpsilon, 0.01);
        Assert.Throws<PolicyRefusedException>(() => Charge(table, Budget(2), 0.6, subject: 3));
    }

    [Fact]
    public void The_audit_log_holds_the_ledgers_head()
    {
        Charge(Read("mrn\n17"), Budget(3), 1);

        string last = File.ReadLines(_state[AuditLog.FileName]).Last();
        Assert.Contains("\"PrivacyReserved\"", last, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(_ledger.Head.Hash.Span), System.Text.RegularExpressions.Regex.Unescape(last), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("patient_id\n17", "no column 'mrn'")]
    [InlineData("mrn,a\n17,1\n,2", "line 3")]
    [InlineData("mrn,a\n17,1\n17,2", "line 2")]
    public void Rows_that_do_not_name_one_patient_each_are_refused_and_charge_nobody(string text, string told)
    {
        DataException refused = Assert.Throws<DataException>(() => Charge(Read(text), Budget(3), 1));

        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, _ledger.Patients);
    }

    private static PrivacyBudget Budget(double epsilon) => new() { Epsilon = epsilon, Patient = "mrn" };

    private BudgetDesk Desk(PrivacyBudget budget) => new(_ledger, new PeerLedgers(_state.Path, _key, Hospital), budget, _audit, Hospital);

    private void Charge(Table table, PrivacyBudget budget, double epsilon, byte subject = 1) => Desk(budget).Reserve(
        _run, table, [.. Enumerable.Range(0, table.RowCount)], [.. Question.Select(_ => subject)], [.. Enumerable.Range(0, table.RowCount).Select(_ => Array.Empty<byte>())],
        new(epsilon, 0));

    private Table Read(string text) => TableAsync(text).GetAwaiter().GetResult();

    private async Task<Table> TableAsync(string text)
    {
        await File.WriteAllTextAsync(_state["table.csv"], text, TestContext.Current.CancellationToken);
        return await CsvSource.ReadAsync(_state["table.csv"], TestContext.Current.CancellationToken);
    }
}
