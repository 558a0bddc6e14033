// Solves the rows of one bin for its slots.
//
// Triangulation: as long as a sparse column lies in exactly one remaining row, that row is taken away with that column as its pivot; what
// is left is the 2-core, which CoreSolver eliminates. Each column keeps its degree and the xor of its rows in one word, so that the row of
// a column of degree 1 is at hand. Linear time, all in the cache of a processor.
// Slots that are no pivots keep the randomness that the caller has put there: the solution is uniform among all solutions.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Cryptography.Okvs;

/// <summary>Solver of bins of one shape, with its scratch memory. Not safe for concurrent use.</summary>
internal sealed class BinSolver(OkvsShape shape) : IDisposable
{
    private const uint OneRow = 1 << 16;

    // Degree in the upper half, xor of the rows' numbers in the lower; both are below 2^16, as a bin's keys are.
    private readonly uint[] _columns = new uint[shape.Sparse];
    private readonly ushort[] _single = new ushort[shape.Sparse];
    private readonly (ushort Row, ushort Column)[] _order = new (ushort, ushort)[shape.BinCapacity];
    private readonly DenseProduct _dense = new();

    /// <summary>Writes the solution.</summary>
    /// <returns>False when the rows are dependent.</returns>
    public bool TrySolve(ReadOnlySpan<OkvsRow> rows, ReadOnlySpan<UInt128> values, Span<UInt128> slots)
    {
        int peeled = Peel(rows);
        int[] core = peeled == rows.Length ? [] : CoreOf(rows.Length, peeled);
        if (!CoreSolver.TrySolve(rows, values, core, shape.Sparse, slots))
        {
            return false;
        }

        _dense.Tabulate(slots[shape.Sparse..]);
        Substitute(rows, values, slots, peeled);
        return true;
    }

    public void Dispose() => _dense.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Peel(ReadOnlySpan<OkvsRow> rows)
    {
        Array.Clear(_columns);
        ref uint columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        for (int r = 0; r < rows.Length; r++)
        {
            OkvsRow row = rows[r];
            Put(ref Unsafe.Add(ref columns, row.A), (uint)r);
            Put(ref Unsafe.Add(ref columns, row.B), (uint)r);
            Put(ref Unsafe.Add(ref columns, row.C), (uint)r);
        }

        int open = 0;
        for (int column = 0; column < _columns.Length; column++)
        {
            _single[open] = (ushort)column;
            open += _columns[column] >> 16 == 1 ? 1 : 0;
            if (open == _single.Length)
            {
                break;
            }
        }

        int count = 0;
        while (open > 0)
        {
            ushort pivot = _single[--open];
            uint word = _columns[pivot];
            if (word >> 16 != 1)
            {
                continue;
            }

            ushort r = (ushort)word;
            _order[count++] = (r, pivot);
            OkvsRow row = rows[r];
            open = Take(row.A, r, open);
            open = Take(row.B, r, open);
            open = Take(row.C, r, open);
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref uint column, uint row) => column = (column + OneRow) ^ row;

    // A column's degree only falls, so it comes to 1 once and the stack holds every column at most once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Take(ushort column, ushort row, int open)
    {
        uint word = (_columns[column] - OneRow) ^ row;
        _columns[column] = word;
        if (word >> 16 == 1)
        {
            _single[open++] = column;
        }

        return open;
    }

    private int[] CoreOf(int rows, int peeled)
    {
        bool[] taken = new bool[rows];
        foreach ((ushort row, _) in _order.AsSpan(0, peeled))
        {
            taken[row] = true;
        }

        return [.. Enumerable.Range(0, rows).Where(r => !taken[r])];
    }

    // A row was peeled when its column belonged to no other remaining row: backwards, its two other columns are final by now.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Substitute(ReadOnlySpan<OkvsRow> rows, ReadOnlySpan<UInt128> values, Span<UInt128> slots, int peeled)
    {
        ref Vector128<ulong> slot = ref Unsafe.As<UInt128, Vector128<ulong>>(ref MemoryMarshal.GetReference(slots));
        ReadOnlySpan<Vector128<ulong>> wanted = MemoryMarshal.Cast<UInt128, Vector128<ulong>>(values);
        for (int i = peeled - 1; i >= 0; i--)
        {
            (ushort r, ushort column) = _order[i];
            OkvsRow row = rows[r];
            Vector128<ulong> sum = Unsafe.Add(ref slot, row.A) ^ Unsafe.Add(ref slot, row.B) ^ Unsafe.Add(ref slot, row.C);
            Unsafe.Add(ref slot, column) ^= sum ^ wanted[r] ^ _dense.Multiply(row.Dense);
        }
    }
}
