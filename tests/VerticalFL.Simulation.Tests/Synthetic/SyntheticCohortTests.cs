using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation.Synthetic;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Simulation.Tests.Synthetic;

public sealed class SyntheticCohortTests : IDisposable
{
    private static readonly string[] Parties = ["hospital", "lab", "pharmacy"];
    private static readonly string[] NotFeatures = ["patient_id", "label", "split", "time", "event"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1200, 0.8, 960, 672, 1080)]
    [InlineData(101, 0.5, 51, 36, 76)]
    [InlineData(500, 1, 500, 350, 500)]
    public async Task Write_makes_exactly_the_overlap_it_says(int patients, double overlap, int common, int train, int hospitalRows)
    {
        SyntheticSummary summary = await SyntheticCohort.WriteAsync(
            _directory.Path, new SyntheticOptions { Patients = patients, Overlap = overlap, Features = 3 }, TestContext.Current.CancellationToken);

        Assert.Equal((common, train, common - train), (summary.Intersection, summary.Train, summary.Test));
        Assert.Equal(hospitalRows, summary.Rows["hospital"]);
        await AssertFilesMatchAsync(summary);
    }

    [Theory]
    [InlineData(SyntheticTwin.Support2, 8195, 8195, 8195, 6637, 4660, 1977)]
    [InlineData(SyntheticTwin.TcgaBrca, 220, 220, 150, 150, 104, 46)]
    [InlineData(SyntheticTwin.Metabric, 1714, 1714, 1714, 1378, 1105, 273)]
    public async Task WriteTwin_has_the_rows_of_the_public_data_set(
        SyntheticTwin twin, int hospital, int lab, int pharmacy, int common, int train, int test)
    {
        SyntheticSummary summary = await SyntheticCohort.WriteTwinAsync(_directory.Path, twin, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([hospital, lab, pharmacy], Parties.Select(p => summary.Rows[p]));
        Assert.Equal((common, train, test), (summary.Intersection, summary.Train, summary.Test));
        await AssertFilesMatchAsync(summary);
    }

    [Fact]
    public async Task Write_gives_the_same_bytes_for_the_same_seed_only()
    {
        var options = new SyntheticOptions { Patients = 150, Features = 4 };
        await SyntheticCohort.WriteAsync(_directory["a"], options, TestContext.Current.CancellationToken);
        await SyntheticCohort.WriteAsync(_directory["b"], options, TestContext.Current.CancellationToken);
        await SyntheticCohort.WriteAsync(_directory["c"], options with { Seed = 8 }, TestContext.Current.CancellationToken);

        foreach (string file in Parties.Select(p => p + ".csv").Append("study.json"))
        {
            byte[] a = await File.ReadAllBytesAsync(_directory["a", file], TestContext.Current.CancellationToken);
            Assert.Equal(a, await File.ReadAllBytesAsync(_directory["b", file], TestContext.Current.CancellationToken));
            Assert.NotEqual(a, await File.ReadAllBytesAsync(_directory["c", file], TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData(99, 10, 0.8, 7)]
    [InlineData(10_000_001, 10, 0.8, 7)]
    [InlineData(1000, 0, 0.8, 7)]
    [InlineData(1000, 10, 0.05, 7)]
    [InlineData(1000, 10, double.NaN, 7)]
    [InlineData(1000, 10, 1.1, 7)]
    [InlineData(1000, 10, 0.8, -1)]
    public async Task Write_refuses_options_out_of_range_and_writes_nothing(int patients, int features, double overlap, int seed)
    {
        string folder = _directory["none"];

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SyntheticCohort.WriteAsync(
            folder,
            new SyntheticOptions { Patients = patients, Features = features, Overlap = overlap, Seed = seed },
            TestContext.Current.CancellationToken));

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Signal_is_spread_so_that_the_parties_together_beat_each_alone()
    {
        SyntheticSummary summary = await SyntheticCohort.WriteAsync(
            _directory.Path, new SyntheticOptions { Patients = 3000 }, TestContext.Current.CancellationToken);
        Table[] tables = await Task.WhenAll(Parties.Select(ReadAsync));
        int[][] rows = CommonRows(tables);
        SplitAssignment split = SplitReader.Read(tables[0], "split", rows[0]);
        int[] train = [.. Enumerable.Range(0, summary.Intersection).Where(i => split.Uses[i] == RowUse.Train)];
        int[] test = [.. Enumerable.Range(0, summary.Intersection).Where(i => split.Uses[i] == RowUse.Test)];
        float[] labels = TargetReader.Read(tables[0], new(OutcomeKind.Binary), rows[0], [.. train.Select(i => rows[0][i])]).Values;

        double[][] scores = [.. Parties.Select((_, p) => Score(Features(tables[p], rows[p], train), labels, train))];
        double[] alone = [.. scores.Select(s => Auc(s, labels, test))];
        double joint = Auc([.. Enumerable.Range(0, summary.Intersection).Select(i => scores.Sum(s => s[i]))], labels, test);

        Assert.InRange(alone[0], 0.68, 0.80);
        Assert.All(alone, a => Assert.InRange(a, 0.55, joint - 0.06));
        Assert.InRange(joint, 0.82, 0.95);
    }

    [Theory]
    [InlineData(SyntheticTwin.Support2, "support2", 0.03)]
    [InlineData(SyntheticTwin.Metabric, "metabric", 0.01)]
    public async Task WriteTwin_has_the_columns_kinds_and_gaps_of_the_public_data_set(SyntheticTwin twin, string name, double tolerance)
    {
        Assert.SkipWhen(RepositoryFiles.SharedData is null, "The public data sets are not beside the repository.");
        string original = Path.Combine(RepositoryFiles.SharedData, name);
        await SyntheticCohort.WriteTwinAsync(_directory.Path, twin, cancellationToken: TestContext.Current.CancellationToken);

        foreach (string party in Parties)
        {
            Table copy = await ReadAsync(party);
            Table real = await CsvSource.ReadAsync(Path.Combine(original, party + ".csv"), TestContext.Current.CancellationToken);
            IReadOnlyList<ColumnProfile> expected = SchemaInference.Profile(real);
            IReadOnlyList<ColumnProfile> actual = SchemaInference.Profile(copy);

            Assert.Equal(expected.Select(p => (p.Name, p.Kind)), actual.Select(p => (p.Name, p.Kind)));
            Assert.All(
                expected.Zip(actual), p => Assert.Equal(p.First.Missing / (double)real.RowCount, p.Second.Missing / (double)copy.RowCount, tolerance));
        }
    }

    private async Task AssertFilesMatchAsync(SyntheticSummary summary)
    {
        Table[] tables = await Task.WhenAll(Parties.Select(ReadAsync));
        int[][] rows = CommonRows(tables);
        SplitAssignment split = SplitReader.Read(tables[0], "split", rows[0]);
        StudyDocument study = StudyDocument.Expand(await File.ReadAllBytesAsync(_directory["study.json"], TestContext.Current.CancellationToken));

        Assert.Equal(Parties.Select(p => summary.Rows[p]), tables.Select(t => t.RowCount));
        Assert.All(tables, t => Assert.Equal(t.RowCount, t.GetColumn("patient_id").Cells.Distinct().Count()));
        Assert.All(tables, t => Assert.NotEqual(t.GetColumn("patient_id").Cells.Order(StringComparer.Ordinal), t.GetColumn("patient_id").Cells));
        Assert.Equal(summary.Intersection, rows[0].Length);
        Assert.Equal((summary.Train, summary.Test, 0), (split.Train, split.Test, split.Unused));
        Assert.Equal(Parties, study.Study.Parties.Select(p => p.Value));
        for (int party = 0; party < 3; party++)
        {
            FeatureMatrix matrix = Features(tables[party], rows[party], [.. Enumerable.Range(0, rows[party].Length)]);
            Assert.True(matrix.Columns > 0);
        }
    }

    private Task<Table> ReadAsync(string party) =>
        CsvSource.ReadAsync(_directory[party + ".csv"], TestContext.Current.CancellationToken);

    private static int[][] CommonRows(Table[] tables)
    {
        Dictionary<string, int>[] index =
            [.. tables.Select(t => t.GetColumn("patient_id").Cells.Select((id, row) => (id, row)).ToDictionary(x => x.id!, x => x.row))];
        string[] common = [.. index[0].Keys.Where(id => index.All(i => i.ContainsKey(id))).Order(StringComparer.Ordinal)];
        return [.. index.Select(i => common.Select(id => i[id]).ToArray())];
    }

    private static FeatureMatrix Features(Table table, int[] rows, int[] train)
    {
        FeatureSelection selection = FeatureSelection.Choose(table, SchemaInference.Profile(table), [], [], NotFeatures);
        Assert.Empty(selection.Warnings);
        Assert.All(selection.Dropped, d => Assert.Equal(DropReason.Reserved, d.Reason));
        return FeatureRecipe.Fit(table, selection.Columns, [.. train.Select(i => rows[i])]).Apply(table, rows);
    }

    // The crudest linear model: each feature weighted by its covariance with the outcome on the training rows.
    private static double[] Score(FeatureMatrix matrix, float[] labels, int[] train)
    {
        double mean = train.Average(i => labels[i]);
        double[] scores = new double[matrix.Rows];
        for (int c = 0; c < matrix.Columns; c++)
        {
            double weight = train.Average(i => matrix.Values[(i * matrix.Columns) + c] * (labels[i] - mean));
            for (int i = 0; i < matrix.Rows; i++)
            {
                scores[i] += weight * matrix.Values[(i * matrix.Columns) + c];
            }
        }

        return scores;
    }

    private static double Auc(double[] scores, float[] labels, int[] rows)
    {
        double[] positives = [.. rows.Where(i => labels[i] == 1).Select(i => scores[i])];
        double[] negatives = [.. rows.Where(i => labels[i] == 0).Select(i => scores[i])];
        return positives.Average(p => negatives.Average(n => p > n ? 1 : p == n ? 0.5 : 0));
    }
}
