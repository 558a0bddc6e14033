using VerticalFL.Data.Preprocessing;
using Xunit;

namespace VerticalFL.Data.Tests.Preprocessing;

public sealed class SplitReaderTests
{
    [Fact]
    public void Read_counts_train_test_and_the_rest()
    {
        Table table = Tables.Of(("split", ["train", "Test", "TRAIN", "test_noprotein", "", "validation"]));

        SplitAssignment split = SplitReader.Read(table, "split", [5, 4, 3, 2, 1, 0]);

        Assert.Equal([RowUse.Unused, RowUse.Unused, RowUse.Unused, RowUse.Train, RowUse.Test, RowUse.Train], split.Uses);
        Assert.Equal((2, 1, 3), (split.Train, split.Test, split.Unused));
    }

    [Fact]
    public void Read_without_a_training_row_or_a_column_refuses()
    {
        Table table = Tables.Of(("split", ["train", "test"]));

        Assert.Throws<DataException>(() => SplitReader.Read(table, "split", [1]));
        Assert.Throws<DataException>(() => SplitReader.Read(table, "fold", [0]));
    }
}
