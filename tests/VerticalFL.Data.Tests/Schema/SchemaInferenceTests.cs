using VerticalFL.Data.Schema;
using Xunit;

namespace VerticalFL.Data.Tests.Schema;

public sealed class SchemaInferenceTests
{
    [Fact]
    public void Profile_infers_numbers_categories_and_identifiers()
    {
        Table table = Tables.Of(
            ("flag", Tables.Repeat(10, "0", "1", "")),
            ("sex", Tables.Repeat(10, "male", "female", "NA")),
            ("mrn", [.. Enumerable.Range(0, 30).Select(i => $"{7000 + i}")]),
            ("note", [.. Enumerable.Range(0, 30).Select(i => $"remark {i}")]));

        IReadOnlyList<ColumnProfile> profiles = SchemaInference.Profile(table);

        Assert.Equal([ColumnKind.Number, ColumnKind.Category, ColumnKind.Identifier, ColumnKind.Identifier], profiles.Select(p => p.Kind));
        Assert.Equal([ColumnKind.Number, ColumnKind.Category, ColumnKind.Number, ColumnKind.Category], profiles.Select(p => p.ValueKind));
        Assert.Equal((10, 2, 0.0, 1.0), (profiles[0].Missing, profiles[0].Distinct, profiles[0].Minimum, profiles[0].Maximum));
        Assert.Equal((10, 2, null, null), (profiles[1].Missing, profiles[1].Distinct, profiles[1].Minimum, profiles[1].Maximum));
        Assert.Equal(new IdentifierFinding(SafeHarborKind.MedicalRecord, IdentifierEvidence.Name), profiles[2].Identifier);
        Assert.True(profiles[3].IsFreeText);
        Assert.All(profiles, p => Assert.Null(p.Problem));
    }

    [Fact]
    public void Profile_finds_constant_and_empty_columns()
    {
        Table table = Tables.Of(("same", ["3", "3", "3"]), ("empty", ["", "", ""]), ("half", ["3", "", "3"]));

        Assert.Equal([true, true, false], SchemaInference.Profile(table).Select(p => p.IsConstant));
    }

    [Fact]
    public void Profile_of_numbers_with_slips_names_the_lines_and_no_value()
    {
        string[] cells = [.. Enumerable.Range(0, 100).Select(i => $"{i}")];
        cells[4] = "<0.secret";
        cells[9] = "n.d.";

        ColumnProfile profile = SchemaInference.Profile(Tables.Of(("crp", cells)))[0];

        Assert.Equal(ColumnKind.Number, profile.Kind);
        Assert.Equal(6, profile.Problem!.Line);
        Assert.Equal("crp", profile.Problem.Column);
        Assert.Contains("11", profile.Problem.Message, StringComparison.Ordinal);
        Assert.Contains("declare the column a category", profile.Problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", profile.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NA", 94, 6, ColumnKind.Number, false)]
    [InlineData("x", 95, 5, ColumnKind.Number, true)]
    [InlineData("x", 94, 6, ColumnKind.Category, false)]
    [InlineData("x", 18, 1, ColumnKind.Category, false)]
    [InlineData("36,6", 1, 9, ColumnKind.Number, true)]
    [InlineData("Infinity", 95, 5, ColumnKind.Number, true)]
    public void Profile_of_mixed_cells_draws_the_line_at_95_percent(string other, int numbers, int others, ColumnKind kind, bool problem)
    {
        // Few different numbers, so that the column is a plain category when it is no number.
        string[] cells = [.. Enumerable.Range(0, numbers).Select(i => $"{i % 4}"), .. Enumerable.Repeat(other, others)];

        ColumnProfile profile = SchemaInference.Profile(Tables.Of(("x", cells)))[0];

        Assert.Equal(kind, profile.Kind);
        Assert.Equal(problem, profile.Problem is not null);
    }

    [Fact]
    public void Profile_of_a_decimal_comma_says_so()
    {
        ColumnProfile profile = SchemaInference.Profile(Tables.Of(("temp", ["36,6", "37,1", "38"])))[0];

        Assert.Contains("decimal point", profile.Problem!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Profile_follows_declared_kinds()
    {
        Table table = Tables.Of(("site", ["1", "2", "3"]), ("code", ["a", "b", "c"]), ("age", ["1", "2", "3"]), ("mrn", ["1", "2", "3"]));

        IReadOnlyList<ColumnProfile> profiles = SchemaInference.Profile(table, new Dictionary<string, ColumnKind>
        {
            ["site"] = ColumnKind.Category, ["code"] = ColumnKind.Number, ["age"] = ColumnKind.Identifier, ["mrn"] = ColumnKind.Number,
        });

        Assert.Equal([ColumnKind.Category, ColumnKind.Number, ColumnKind.Identifier, ColumnKind.Number], profiles.Select(p => p.Kind));
        Assert.NotNull(profiles[1].Problem);
        Assert.All(profiles, p => Assert.True(p.IsDeclared));
        Assert.Null(profiles[0].Minimum);
    }

    [Fact]
    public void Profile_with_an_unknown_declared_column_refuses()
    {
        Table table = Tables.Of(("a", ["1"]));

        Assert.Throws<DataException>(() => SchemaInference.Profile(table, new Dictionary<string, ColumnKind> { ["b"] = ColumnKind.Number }));
    }

    [Theory]
    [InlineData("123-45-67{0:00}", SafeHarborKind.SocialSecurity)]
    [InlineData("+49 170 12345{0:00}", SafeHarborKind.Telephone)]
    [InlineData("(555) 123-45{0:00}", SafeHarborKind.Telephone)]
    [InlineData("555-123-45{0:00}", SafeHarborKind.Telephone)]
    [InlineData("p{0}@clinic.example.org", SafeHarborKind.Email)]
    [InlineData("https://clinic.example/{0}", SafeHarborKind.Url)]
    [InlineData("10.0.0.{0}", SafeHarborKind.IpAddress)]
    [InlineData("2001:db8::{0}", SafeHarborKind.IpAddress)]
    [InlineData("2024-03-{0:00}", SafeHarborKind.Date)]
    [InlineData("{0:00}.03.1957", SafeHarborKind.Date)]
    [InlineData("{0:00}/12/1957", SafeHarborKind.Date)]
    [InlineData("2024-03-{0:00}T10:00:00", SafeHarborKind.Date)]
    [InlineData("7003456{0:00}", SafeHarborKind.OtherUnique)]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964{0:00}", SafeHarborKind.OtherUnique)]
    public void Profile_tells_identifiers_by_shape(string format, SafeHarborKind kind)
    {
        string[] cells = [.. Enumerable.Range(1, 28).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i))];

        ColumnProfile profile = SchemaInference.Profile(Tables.Of(("x", cells)))[0];

        Assert.Equal(new IdentifierFinding(kind, IdentifierEvidence.Shape), profile.Identifier);
    }

    [Theory]
    [InlineData("13.586{0:00}")]
    [InlineData("555123.45{0:00}")]
    [InlineData("{0:00}-10")]
    [InlineData("$11-${0:00}k")]
    [InlineData("C50.{0:0}")]
    [InlineData("20240{0:00}")]
    [InlineData("2024{0:00}")]
    public void Profile_of_ordinary_values_suspects_nothing(string format)
    {
        string[] cells = [.. Enumerable.Range(1, 28).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i))];

        Assert.Null(SchemaInference.Profile(Tables.Of(("x", cells)))[0].Identifier);
    }
}
