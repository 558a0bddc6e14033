using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Data.Tests;

/// <summary>The public clinical tables beside the repository, when they are there.</summary>
public sealed class RealDataTests
{
    [Theory]
    [InlineData("support2/hospital", 8195, 32)]
    [InlineData("support2/lab", 8195, 20)]
    [InlineData("support2/pharmacy", 8195, 17)]
    [InlineData("metabric/hospital", 1714, 2)]
    [InlineData("metabric/lab", 1714, 5)]
    [InlineData("metabric/pharmacy", 1714, 2)]
    [InlineData("tcga-brca/hospital", 220, 184)]
    [InlineData("tcga-brca/lab", 220, 200)]
    [InlineData("tcga-brca/pharmacy", 150, 142)]
    public async Task Every_clinical_and_omics_column_becomes_a_feature(string name, int rows, int features)
    {
        Table table = await CsvSource.ReadAsync(Find(name), TestContext.Current.CancellationToken);
        IReadOnlyList<ColumnProfile> profiles = SchemaInference.Profile(table);

        FeatureSelection selection = FeatureSelection.Choose(table, profiles, ["*"], [], ["patient_id", "label", "split", "time", "event"]);
        FeatureMatrix matrix = FeatureRecipe.Fit(table, selection.Columns, Tables.Rows(rows)).Apply(table, Tables.Rows(rows));

        Assert.Equal(rows, table.RowCount);
        Assert.All(selection.Dropped, d => Assert.Equal(DropReason.Reserved, d.Reason));
        Assert.Empty(selection.Warnings);
        Assert.Equal(features, matrix.Columns);
        Assert.Equal(["patient_id"], profiles.Where(p => p.Identifier is not null).Select(p => p.Name));
        Assert.All(matrix.Values, v => Assert.True(Math.Abs(v) <= FeatureRecipe.Clip));
    }

    private static string Find(string name)
    {
        Assert.SkipWhen(RepositoryFiles.SharedData is null, "The public data sets are not beside the repository.");
        return Path.Combine(RepositoryFiles.SharedData, name + ".csv");
    }
}
