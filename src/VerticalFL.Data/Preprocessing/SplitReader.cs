namespace VerticalFL.Data.Preprocessing;

/// <summary>What a row is used for.</summary>
public enum RowUse
{
    /// <summary>It is aligned and counted, nothing more.</summary>
    Unused,

    /// <summary>It trains.</summary>
    Train,

    /// <summary>It tests.</summary>
    Test,
}

/// <summary>What some rows are used for.</summary>
/// <param name="Uses">One a row.</param>
/// <param name="Train">How many train.</param>
/// <param name="Test">How many test.</param>
/// <param name="Unused">How many do neither.</param>
public sealed record SplitAssignment(IReadOnlyList<RowUse> Uses, int Train, int Test, int Unused);

/// <summary>Reads the column that splits rows into training and test rows.</summary>
public static class SplitReader
{
    /// <summary>Reads <c>train</c> and <c>test</c>, in any case; everything else, a missing value too, is unused.</summary>
    /// <param name="table">The label party's table.</param>
    /// <param name="column">The column's name.</param>
    /// <param name="rows">The rows wanted, in this order; row numbers of the table, from 0.</param>
    /// <exception cref="DataException">There is no such column, or no row trains.</exception>
    public static SplitAssignment Read(Table table, string column, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        Column split = table.GetColumn(column);
        RowUse[] uses = [.. rows.Select(r => Use(split.Cells[r]))];
        int train = uses.Count(u => u == RowUse.Train);
        int test = uses.Count(u => u == RowUse.Test);
        return train > 0 ? new SplitAssignment(uses, train, test, uses.Length - train - test) : throw new DataException(
            table.Source, null, column, "no common patient has the split 'train'; write train or test there, or name another split column in the study.");
    }

    private static RowUse Use(string? cell) =>
        string.Equals(cell, "train", StringComparison.OrdinalIgnoreCase) ? RowUse.Train
        : string.Equals(cell, "test", StringComparison.OrdinalIgnoreCase) ? RowUse.Test
        : RowUse.Unused;
}
