namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// Solves the rows that peeling left over, by Gaussian elimination over GF(2) in their own sparse columns and the dense columns.
/// Slots that are not pivots keep the random value that the caller has put there, so the solution is uniform among all solutions.
/// </summary>
internal static class CoreSolver
{
    /// <summary>A larger core is outside the 2^-40 that the shape allows for: cheaper to draw a new seed than to eliminate.</summary>
    private const int MaxCore = 8192;

    public static bool TrySolve(ReadOnlySpan<OkvsRow> rows, ReadOnlySpan<UInt128> values, int[] core, int sparse, Span<UInt128> slots)
    {
        if (core.Length == 0)
        {
            return true;
        }

        if (core.Length > MaxCore)
        {
            return false;
        }

        // Columns: bit 0 to 63 are the dense ones, then the sparse ones that occur in the core.
        var place = new Dictionary<int, int>();
        var slotOf = new List<int>(Enumerable.Range(sparse, OkvsShape.DenseColumns));
        foreach (int r in core)
        {
            foreach (int column in (ReadOnlySpan<int>)[rows[r].A, rows[r].B, rows[r].C])
            {
                if (place.TryAdd(column, slotOf.Count))
                {
                    slotOf.Add(column);
                }
            }
        }

        int words = (slotOf.Count + 63) / 64;
        ulong[][] matrix = new ulong[core.Length][];
        var right = new UInt128[core.Length];
        int[] pivot = new int[core.Length];
        for (int i = 0; i < core.Length; i++)
        {
            OkvsRow row = rows[core[i]];
            ulong[] bits = matrix[i] = new ulong[words];
            bits[0] = row.Dense;
            foreach (int column in (ReadOnlySpan<int>)[row.A, row.B, row.C])
            {
                int at = place[column];
                bits[at / 64] ^= 1UL << (at % 64);
            }

            right[i] = values[core[i]];
            for (int k = 0; k < i; k++)
            {
                if ((bits[pivot[k] / 64] >> (pivot[k] % 64) & 1) != 0)
                {
                    for (int w = 0; w < words; w++)
                    {
                        bits[w] ^= matrix[k][w];
                    }

                    right[i] ^= right[k];
                }
            }

            int word = Array.FindLastIndex(bits, b => b != 0);
            if (word < 0)
            {
                return false;
            }

            pivot[i] = (word * 64) + 63 - System.Numerics.BitOperations.LeadingZeroCount(bits[word]);
        }

        // Row i has no bit at the pivots of the rows before it; backwards, all its other columns are free or already solved.
        for (int i = core.Length - 1; i >= 0; i--)
        {
            UInt128 sum = right[i];
            for (int w = 0; w < words; w++)
            {
                for (ulong bits = matrix[i][w]; bits != 0; bits &= bits - 1)
                {
                    int at = (w * 64) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                    if (at != pivot[i])
                    {
                        sum ^= slots[slotOf[at]];
                    }
                }
            }

            slots[slotOf[pivot[i]]] = sum;
        }

        return true;
    }
}
