using System.Text;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using Xunit;

namespace VerticalFL.Data.Tests.Preprocessing;

public sealed class FeatureRecipeTests
{
    [Fact]
    public void Apply_imputes_the_training_median_standardises_and_marks_missing()
    {
        Table table = Tables.Of(("x", ["1", "2", "", "9", "100"]));

        FeatureRecipe recipe = Fit(table, [0, 1, 2, 3]);
        FeatureMatrix matrix = recipe.Apply(table, [2, 3, 4]);

        // Training values 1 2 9: mean 4, variance (9 + 4 + 25) / 3, median 2.
        double deviation = Math.Sqrt(38 / 3.0);
        Assert.Equal(["x", "x (missing)"], matrix.Names);
        Assert.Equal([(float)(-2 / deviation), 1, (float)(5 / deviation), 0, 10, 0], matrix.Values);
        Assert.Equal((3, 2), (matrix.Rows, matrix.Columns));
    }

    [Fact]
    public void A_declared_recipe_depends_on_no_row_and_makes_every_row_from_itself_alone()
    {
        FeatureRecipe recipe = FeatureRecipe.Declare(
            [KeyValuePair.Create("x", (0.0, 8.0))], [KeyValuePair.Create<string, IReadOnlyList<string>>("c", ["b", "a"])]);
        Table table = Tables.Of(("x", ["8", "", "1000000"]), ("c", ["a", "z", ""]));

        FeatureMatrix matrix = recipe.Apply(table, [0, 1, 2]);

        // The range is four wide around zero; what is far outside is cut off as ever.
        Assert.Equal(["x", "x (missing)", "c=a", "c=b", "c (other)", "c (missing)"], matrix.Names);
        Assert.Equal([2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 10, 0, 0, 0, 0, 1], matrix.Values);
        Assert.Equal(matrix.Values[6..12], recipe.Apply(Tables.Of(("x", ["5", ""]), ("c", ["b", "z"])), [1]).Values);
        Assert.Equal(recipe.ToJson(), FeatureRecipe.FromJson(recipe.ToJson()).ToJson());
    }

    [Fact]
    public void Fit_looks_at_training_rows_only()
    {
        Table calm = Tables.Of(("x", ["1", "2", "3", "4"]), ("c", Tables.Repeat(1, "a", "a", "b", "b")));
        Table wild = Tables.Of(("x", ["1", "2", "3", ""]), ("c", Tables.Repeat(1, "a", "a", "b", "")));

        Assert.Equal(Fit(calm, [0, 1, 2]).ToJson(), Fit(wild, [0, 1, 2]).ToJson());
    }

    [Fact]
    public void Apply_of_a_value_missing_outside_training_gives_the_median_without_an_indicator()
    {
        Table table = Tables.Of(("x", ["1", "2", "6", ""]));

        FeatureMatrix matrix = Fit(table, [0, 1, 2]).Apply(table, [1, 3]);

        Assert.Equal(["x"], matrix.Names);
        Assert.Equal(matrix.Values[0], matrix.Values[1]);
    }

    [Fact]
    public void Fit_is_the_same_for_every_order_of_rows()
    {
        var random = new Random(5);
        Table table = Tables.Of(("x", [.. Enumerable.Range(0, 500).Select(_ => $"{random.NextDouble() * 1e6}")]));
        int[] rows = Tables.Rows(500);
        byte[] expected = Fit(table, rows).ToJson();

        for (int i = 0; i < 20; i++)
        {
            random.Shuffle(rows);
            Assert.Equal(expected, Fit(table, rows).ToJson());
        }
    }

    [Fact]
    public void Apply_codes_categories_with_other_and_missing()
    {
        string[] cells = [.. Tables.Repeat(6, "b", "a", ""), "rare", "new"];
        Table table = Tables.Of(("c", cells));

        FeatureRecipe recipe = Fit(table, Tables.Rows(19));
        FeatureMatrix matrix = recipe.Apply(table, [0, 1, 2, 18, 19]);

        Assert.Equal(["c=a", "c=b", "c (other)", "c (missing)"], matrix.Names);
        Assert.Equal([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0], matrix.Values);
    }

    [Fact]
    public void Apply_of_a_level_that_training_never_saw_is_zero_when_there_is_no_other()
    {
        Table table = Tables.Of(("c", [.. Tables.Repeat(5, "b", "a"), "new", ""]));

        FeatureMatrix matrix = Fit(table, Tables.Rows(10)).Apply(table, [10, 11]);

        Assert.Equal(["c=a", "c=b"], matrix.Names);
        Assert.Equal([0, 0, 0, 0], matrix.Values);
    }

    [Fact]
    public void Fit_keeps_the_most_frequent_levels_and_breaks_ties_ordinally()
    {
        // 40 levels with 5 rows each and one with 6: that one and the 31 first by name stay.
        string[] cells = [.. Tables.Repeat(5, [.. Enumerable.Range(0, 40).Select(i => $"L{i:00}")]), .. Enumerable.Repeat("Z", 6)];
        Table table = Tables.Of(("c", cells));

        FeatureRecipe recipe = FeatureRecipe.Fit(table, [new SelectedColumn("c", ColumnKind.Category)], Tables.Rows(cells.Length));

        Assert.Equal([.. Enumerable.Range(0, 31).Select(i => $"L{i:00}"), "Z"], recipe.Categories[0].Levels);
        Assert.True(recipe.Categories[0].HasOther);
    }

    [Fact]
    public void Fit_drops_what_is_constant_or_empty_on_training_rows()
    {
        Table table = Tables.Of(
            ("same", [.. Tables.Repeat(10, "0.1"), "2"]),
            ("empty", [.. Tables.Repeat(10, ""), "2"]),
            ("one", [.. Tables.Repeat(10, "a"), "b"]),
            ("x", [.. Tables.Repeat(5, "1", "2"), "3"]));

        FeatureRecipe recipe = Fit(table, Tables.Rows(10));

        Assert.Equal(["x"], recipe.FeatureNames);
        Assert.Equal(
            [new("same", DropReason.Constant), new("empty", DropReason.AllMissing), new("one", DropReason.Constant)], recipe.Dropped);
    }

    [Fact]
    public void Fit_of_a_constant_that_is_sometimes_missing_keeps_the_indicator()
    {
        Table table = Tables.Of(("x", ["7", "", "7"]));

        FeatureMatrix matrix = Fit(table, [0, 1, 2]).Apply(table, [0, 1, 2]);

        Assert.Equal(["x (missing)"], matrix.Names);
        Assert.Equal([0, 1, 0], matrix.Values);
    }

    [Fact]
    public void Fit_refuses_no_training_rows_texts_among_numbers_and_huge_numbers()
    {
        Table table = Tables.Of(("t", ["1", "x"]), ("h", ["1e308", "-1e308"]));

        Assert.Contains("training row", Assert.Throws<DataException>(() => Fit(table, [])).Message, StringComparison.Ordinal);
        Assert.Equal(3, Assert.Throws<DataException>(() => FeatureRecipe.Fit(table, [new("t", ColumnKind.Number)], [0])).Line);
        Assert.Contains("too large", Assert.Throws<DataException>(() => FeatureRecipe.Fit(table, [new("h", ColumnKind.Number)], [0, 1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_to_a_table_without_the_column_or_with_texts_in_it_refuses()
    {
        FeatureRecipe recipe = Fit(Tables.Of(("x", ["1", "2"])), [0, 1]);

        Assert.Throws<DataException>(() => recipe.Apply(Tables.Of(("y", ["1"])), [0]));
        Assert.Equal(2, Assert.Throws<DataException>(() => recipe.Apply(Tables.Of(("x", ["abc"])), [0])).Line);
    }

    [Fact]
    public void Json_gives_back_the_same_recipe_and_features()
    {
        Table table = Tables.Of(("x", ["0.1", "0.2", "", "1e-300"]), ("c", ["a", "b", "c", "é\"\n"]), ("same", Tables.Repeat(4, "1")));
        FeatureRecipe recipe = Fit(table, [0, 1, 2, 3]);

        FeatureRecipe read = FeatureRecipe.FromJson(recipe.ToJson());

        Assert.Equal(recipe.ToJson(), read.ToJson());
        Assert.Equal(recipe.Apply(table, [0, 1, 2, 3]).Values, read.Apply(table, [0, 1, 2, 3]).Values);
        Assert.Equal(recipe.FeatureNames, read.FeatureNames);
        Assert.Equal(recipe.Dropped, read.Dropped);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"version\":1,\"numbers\":null,\"categories\":[],\"dropped\":[]}")]
    [InlineData("{\"version\":2,\"numbers\":[],\"categories\":[],\"dropped\":[]}")]
    [InlineData("{\"version\":1,\"numbers\":[],\"categories\":[],\"dropped\":[],\"more\":1}")]
    [InlineData("{\"version\":1,\"numbers\":[{\"name\":\"x\"}],\"categories\":[],\"dropped\":[]}")]
    public void FromJson_of_something_else_refuses(string json) =>
        Assert.Throws<DataException>(() => FeatureRecipe.FromJson(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Features_of_random_tables_are_finite_and_bounded()
    {
        var random = new Random(11);
        string[] cells = ["", "1", "-1", "0", "1e-320", "1e30", "-1e30", "0.333", "5", "NA"];
        for (int round = 0; round < 200; round++)
        {
            Table table = Tables.Of(("a", random.GetItems(cells, 40)), ("b", random.GetItems(cells[..6], 40)), ("c", random.GetItems(cells[6..], 40)));

            FeatureMatrix matrix = Fit(table, Tables.Rows(25)).Apply(table, Tables.Rows(40));

            Assert.Equal(matrix.Rows * matrix.Columns, matrix.Values.Length);
            Assert.All(matrix.Values, v => Assert.True(Math.Abs(v) <= FeatureRecipe.Clip));
        }
    }

    private static FeatureRecipe Fit(Table table, int[] rows) =>
        FeatureRecipe.Fit(table, FeatureSelection.Choose(table, SchemaInference.Profile(table), [], [], []).Columns, rows);
}
