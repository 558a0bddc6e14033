using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using Xunit;

namespace VerticalFL.Data.Tests.Preprocessing;

public sealed class FeatureSelectionTests
{
    private static readonly Table Sample = Tables.Of(
        ("patient_id", Tables.Repeat(30, "x")),
        ("label", Tables.Repeat(15, "0", "1")),
        ("age", [.. Enumerable.Range(0, 30).Select(i => $"{i}.5")]),
        ("rna_a", Tables.Repeat(15, "0", "1")),
        ("rna_b", Tables.Repeat(15, "0", "1")),
        ("mrn", [.. Enumerable.Range(0, 30).Select(i => $"{7000 + i}")]),
        ("note", [.. Enumerable.Range(0, 30).Select(i => $"remark {i}")]),
        ("serial", [.. Enumerable.Range(0, 30).Select(i => $"{123456700 + i}")]));

    [Fact]
    public void Choose_everything_drops_reserved_identifiers_and_free_text_and_warns_of_shapes()
    {
        FeatureSelection selection = Choose([], []);

        Assert.Equal(["age", "rna_a", "rna_b", "serial"], selection.Columns.Select(c => c.Name));
        Assert.Equal(
            [
                new DroppedColumn("patient_id", DropReason.Reserved),
                new DroppedColumn("label", DropReason.Reserved),
                new DroppedColumn("mrn", DropReason.Identifier, SafeHarborKind.MedicalRecord),
                new DroppedColumn("note", DropReason.FreeText),
            ],
            selection.Dropped);
        Assert.Equal(["serial"], selection.Warnings.Select(w => w.Name));
    }

    [Fact]
    public void Choose_keeps_an_identifier_that_the_study_names_and_warns()
    {
        FeatureSelection selection = Choose(["mrn", "rna_*"], ["rna_b"]);

        Assert.Equal([new SelectedColumn("rna_a", ColumnKind.Number), new SelectedColumn("mrn", ColumnKind.Number)], selection.Columns);
        Assert.Equal(["mrn"], selection.Warnings.Select(w => w.Name));
        Assert.Contains(new DroppedColumn("rna_b", DropReason.Excluded), selection.Dropped);
        Assert.Contains(new DroppedColumn("age", DropReason.NotIncluded), selection.Dropped);
        Assert.Empty(Choose(["m*"], []).Columns);
    }

    [Theory]
    [InlineData("rna_c", null)]
    [InlineData("prot_*", null)]
    [InlineData("label", null)]
    [InlineData(null, "rna_c")]
    public void Choose_refuses_names_that_fit_nothing_and_reserved_names(string? include, string? exclude)
    {
        DataException e = Assert.Throws<DataException>(() => Choose(include is null ? [] : [include], exclude is null ? [] : [exclude]));

        Assert.Contains(include ?? exclude!, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_refuses_a_column_with_slips_unless_it_is_excluded_or_declared()
    {
        Table table = Tables.Of(("crp", [.. Enumerable.Range(0, 99).Select(i => $"{i % 9}"), "high"]), ("age", Tables.Repeat(100, "1")));

        Assert.Throws<DataException>(() => FeatureSelection.Choose(table, SchemaInference.Profile(table), [], [], []));
        Assert.Single(FeatureSelection.Choose(table, SchemaInference.Profile(table), [], ["crp"], []).Columns);
        IReadOnlyList<ColumnProfile> declared = SchemaInference.Profile(table, new Dictionary<string, ColumnKind> { ["crp"] = ColumnKind.Category });
        Assert.Equal(ColumnKind.Category, FeatureSelection.Choose(table, declared, [], [], []).Columns[0].Kind);
    }

    [Fact]
    public void Choose_uses_a_declared_column_in_spite_of_its_name_and_drops_a_declared_identifier()
    {
        IReadOnlyList<ColumnProfile> profiles = SchemaInference.Profile(
            Sample, new Dictionary<string, ColumnKind> { ["mrn"] = ColumnKind.Number, ["age"] = ColumnKind.Identifier });

        FeatureSelection selection = FeatureSelection.Choose(Sample, profiles, ["*"], [], ["patient_id", "label"]);

        Assert.Contains("mrn", selection.Columns.Select(c => c.Name));
        Assert.Contains(new DroppedColumn("age", DropReason.Identifier), selection.Dropped);
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "abc", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "acd", false)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("*b*", "abc", true)]
    [InlineData("a*b*c*d", "axbxcxd", true)]
    [InlineData("a*b*c*d", "axcxbxd", false)]
    [InlineData("a**c", "abc", true)]
    [InlineData("abc", "ABC", false)]
    [InlineData("a.c", "abc", false)]
    public void Fits_treats_a_star_as_any_run(string pattern, string name, bool fits) => Assert.Equal(fits, FeatureSelection.Fits(pattern, name));

    private static FeatureSelection Choose(string[] include, string[] exclude) =>
        FeatureSelection.Choose(Sample, SchemaInference.Profile(Sample), include, exclude, ["patient_id", "label", "split"]);
}
