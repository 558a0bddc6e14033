using VerticalFL.Data.Preprocessing;
using Xunit;

namespace VerticalFL.Data.Tests.Preprocessing;

public sealed class TargetReaderTests
{
    private static readonly int[] All = [0, 1, 2, 3];

    [Fact]
    public void Read_binary_maps_the_positive_value_to_one()
    {
        Targets targets = Read(new(OutcomeKind.Binary, Positive: "dead"), "dead", "alive", "alive", "dead");

        Assert.Equal([1, 0, 0, 1], targets.Values);
        Assert.Equal(["alive", "dead"], targets.Classes);
        Assert.Null(targets.Events);
    }

    [Fact]
    public void Read_binary_takes_1_and_1_point_0_for_the_same() =>
        Assert.Equal([1, 0, 0, 1], Read(new(OutcomeKind.Binary), "1.0", "0", "0.0", "1").Values);

    [Theory]
    [InlineData("0", "0", "0", "1", "no training row")]
    [InlineData("1", "1", "1", "0", "every training row")]
    [InlineData("1", "0", "2", "0", "at least two others")]
    [InlineData("1", "0", "", "0", "missing")]
    public void Read_binary_refuses(string a, string b, string c, string d, string problem) =>
        Refuses(problem, () => TargetReader.Read(Table(a, b, c, d), new(OutcomeKind.Binary), All, [0, 1, 2]));

    [Fact]
    public void Read_multiclass_orders_numbers_as_numbers_and_texts_ordinally()
    {
        Assert.Equal(["2", "10"], Read(new(OutcomeKind.Multiclass), "10", "2", "2", "10").Classes);
        Targets targets = Read(new(OutcomeKind.Multiclass), "LumA", "Basal", "Her2", "LumA");
        Assert.Equal(["Basal", "Her2", "LumA"], targets.Classes);
        Assert.Equal([2, 0, 1, 2], targets.Values);
    }

    [Fact]
    public void Read_multiclass_refuses_one_class_too_many_and_untrained_ones()
    {
        Refuses("1 class ", () => Read(new(OutcomeKind.Multiclass), "a", "a", "a", "a"));
        Refuses("101 classes", () => Read(new(OutcomeKind.Multiclass), [.. Enumerable.Range(0, 101).Select(i => $"{i}")]));
        Refuses("line 5", () => TargetReader.Read(Table("a", "b", "a", "c"), new(OutcomeKind.Multiclass), All, [0, 1, 2]));
    }

    [Fact]
    public void Read_regression_gives_numbers_and_refuses_texts_and_overflow()
    {
        Assert.Equal([1.5f, -2, 0, 3e8f], Read(new(OutcomeKind.Regression), "1.5", "-2", "0", "3e8").Values);
        Refuses("line 3", () => Read(new(OutcomeKind.Regression), "1", "x", "1", "1"));
        Refuses("line 4", () => Read(new(OutcomeKind.Regression), "1", "1", "1e39", "1"));
        Refuses("missing", () => Read(new(OutcomeKind.Regression), "1", "1", "NA", "1"));
    }

    [Fact]
    public void Read_survival_gives_times_and_events()
    {
        Table table = Tables.Of(("time", ["3.5", "0", "12", "7"]), ("event", ["1", "0", "true", "0.0"]));

        Targets targets = TargetReader.Read(table, new(OutcomeKind.Survival), [3, 2, 0], [0, 2]);

        Assert.Equal([7, 12, 3.5f], targets.Values);
        Assert.Equal([false, true, true], targets.Events!);
    }

    [Theory]
    [InlineData("-1", "1", "from 0 on")]
    [InlineData("x", "1", "from 0 on")]
    [InlineData("", "1", "missing")]
    [InlineData("3", "2", "nothing else")]
    [InlineData("3", "", "missing")]
    [InlineData("3", "0", "no training row has an event")]
    public void Read_survival_refuses(string time, string happened, string problem)
    {
        Table table = Tables.Of(("time", ["1", time]), ("event", ["0", happened]));

        Refuses(problem, () => TargetReader.Read(table, new(OutcomeKind.Survival), [0, 1], [0, 1]));
    }

    [Fact]
    public void Read_looks_only_at_the_rows_that_are_asked_for() =>
        Assert.Equal([0, 1], TargetReader.Read(Table("9", "0", "1", ""), new(OutcomeKind.Binary), [1, 2], [1, 2]).Values);

    [Fact]
    public void Read_of_an_absent_column_refuses() =>
        Refuses("'outcome'", () => TargetReader.Read(Table("1"), new(OutcomeKind.Binary, Label: "outcome"), [0], [0]));

    private static Table Table(params string[] cells) => Tables.Of(("label", cells));

    private static Targets Read(OutcomeColumns columns, params string[] cells) =>
        TargetReader.Read(Table(cells), columns, Tables.Rows(cells.Length), Tables.Rows(cells.Length));

    private static void Refuses(string problem, Action read) =>
        Assert.Contains(problem, Assert.Throws<DataException>(read).Message, StringComparison.Ordinal);
}
