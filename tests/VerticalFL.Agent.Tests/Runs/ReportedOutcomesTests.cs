using System.Globalization;
using System.Text;
using VerticalFL.Agent.Runs;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class ReportedOutcomesTests : IDisposable
{
    private const int Patients = 2000;
    private static readonly PartyId Hospital = new("hospital");
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Patients_are_reported_the_same_way_in_every_study_whatever_the_order_of_rows()
    {
        bool[] first = await ReportsAsync("first study", Enumerable.Range(0, Patients));
        bool[] second = await ReportsAsync("second study", Enumerable.Range(0, Patients).Reverse());

        Assert.Equal(first, second.Reverse());
        Assert.Equal(0.269, first.Where((report, i) => report != Positive(i)).Count() / (double)Patients, 0.05);
    }

    [Fact]
    public async Task Patients_who_are_not_common_change_no_other_report()
    {
        bool[] all = await ReportsAsync("study", Enumerable.Range(0, Patients));

        Assert.Equal(all[100..200], await ReportsAsync("study", Enumerable.Range(100, 100)));
    }

    [Fact]
    public void Secret_is_drawn_once_and_another_party_has_another()
    {
        using StorageKey key = StorageKey.Open(_directory.Path);
        byte[] drawn = LabelReportSecret.Open(_directory.Path, key, Hospital);

        Assert.Equal(drawn, LabelReportSecret.Open(_directory.Path, key, Hospital));
        using var other = new TemporaryDirectory();
        using StorageKey otherKey = StorageKey.Open(other.Path);
        Assert.NotEqual(drawn, LabelReportSecret.Open(other.Path, otherKey, Hospital));
        File.WriteAllBytes(_directory["label-reports.sealed"], new byte[80]);
        Assert.Throws<StorageException>(() => LabelReportSecret.Open(_directory.Path, key, Hospital));
    }

    private static bool Positive(int patient) => patient % 3 == 0;

    private async Task<bool[]> ReportsAsync(string name, IEnumerable<int> cohort)
    {
        string path = _directory["table.csv"];
        var table = new StringBuilder("patient_id,age,label\n");
        for (int i = 0; i < Patients; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"p{i},{i % 70},{(Positive(i) ? 1 : 0)}\n");
        }

        await File.WriteAllTextAsync(path, table.ToString(), TestContext.Current.CancellationToken);
        StudyDocument document = StudyDocument.Expand(Encoding.UTF8.GetBytes(
            $$"""{ "name": "{{name}}", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "protection": "labelDp", "epsilon": 1 } }"""));
        PartyInput input = await PartyInput.ReadAsync(path, document, Hospital, TestContext.Current.CancellationToken);
        int[] rows = [.. cohort];
        var targets = new Targets(OutcomeKind.Binary, [.. rows.Select(r => Positive(r) ? 1f : 0f)], null, ["0", "1"]);
        (Targets reported, double otherwise, _, _) = ReportedOutcomes.Of(targets, input, rows, document.Study, [.. Enumerable.Repeat((byte)9, 32)]);
        Assert.Equal(1 / (1 + Math.E), otherwise, 1e-12);
        return [.. reported.Values.Select(v => v == 1)];
    }
}
