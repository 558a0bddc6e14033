namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// Triangulation of the sparse part: as long as a column lies in exactly one remaining row, that row is taken away with that column as its
/// pivot. What is left is the 2-core. Linear time: each column keeps its degree and the xor of its rows.
/// </summary>
internal sealed class Peeling
{
    private readonly (int Row, int Column)[] _order;
    private readonly int _count;

    private Peeling((int Row, int Column)[] order, int count, int[] core)
    {
        _order = order;
        _count = count;
        Core = core;
    }

    /// <summary>The peeled rows with their pivots, in the order in which they were taken away.</summary>
    public ReadOnlySpan<(int Row, int Column)> Order => _order.AsSpan(0, _count);

    /// <summary>The rows that could not be peeled.</summary>
    public int[] Core { get; }

    public static Peeling Run(ReadOnlySpan<OkvsRow> rows, int columns)
    {
        int[] degree = new int[columns];
        int[] rowsXor = new int[columns];
        for (int r = 0; r < rows.Length; r++)
        {
            foreach (int column in (ReadOnlySpan<int>)[rows[r].A, rows[r].B, rows[r].C])
            {
                degree[column]++;
                rowsXor[column] ^= r;
            }
        }

        var order = new (int Row, int Column)[rows.Length];
        int count = 0;
        var single = new Stack<int>();
        for (int column = 0; column < columns; column++)
        {
            if (degree[column] == 1)
            {
                single.Push(column);
            }
        }

        bool[] peeled = new bool[rows.Length];
        while (single.TryPop(out int pivot))
        {
            if (degree[pivot] != 1)
            {
                continue;
            }

            int r = rowsXor[pivot];
            order[count++] = (r, pivot);
            peeled[r] = true;
            foreach (int column in (ReadOnlySpan<int>)[rows[r].A, rows[r].B, rows[r].C])
            {
                rowsXor[column] ^= r;
                if (--degree[column] == 1)
                {
                    single.Push(column);
                }
            }
        }

        int[] core = count == rows.Length ? [] : [.. Enumerable.Range(0, rows.Length).Where(r => !peeled[r])];
        return new Peeling(order, count, core);
    }
}
