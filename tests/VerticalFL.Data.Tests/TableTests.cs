using Xunit;

namespace VerticalFL.Data.Tests;

public sealed class TableTests
{
    [Fact]
    public void GetColumn_of_an_unknown_name_lists_the_known_ones()
    {
        Table table = Tables.Of(("a", ["1"]), ("b", ["2"]));

        DataException e = Assert.Throws<DataException>(() => table.GetColumn("c"));

        Assert.Contains("'c'", e.Message, StringComparison.Ordinal);
        Assert.Contains("a, b", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_of_unequal_columns_refuses()
    {
        Assert.Throws<ArgumentException>(() => new Table("x", [new Column("a", ["1"]), new Column("b", ["1", "2"])], null, new byte[32]));
        Assert.Throws<ArgumentException>(() => new Table("x", [new Column("a", ["1"])], [2, 3], new byte[32]));
        Assert.Throws<ArgumentException>(() => new Table("x", [new Column("a", ["1"])], null, new byte[31]));
        Assert.Throws<ArgumentException>(() => new Table("x", [new Column("a", ["1"]), new Column("a", ["1"])], null, new byte[32]));
    }

    [Fact]
    public void Cells_as_numbers_follow_the_invariant_culture()
    {
        NumberCells numbers = new Column("x", ["1", "-2.5", "+3e2", null, "1,5", "1.234,5", "abc", "Infinity", "1e999", "∞"]).Numbers;

        Assert.Equal([1, -2.5, 300, double.NaN], numbers.Values.Take(4));
        Assert.Equal([4, 5, 6, 7, 8, 9], numbers.Unreadable);
        Assert.Equal(1, numbers.DecimalCommas);
        Assert.Equal(9, numbers.Present);
        Assert.True(numbers.HasFraction);
    }
}
