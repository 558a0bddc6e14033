using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// The inner product of a 64-bit row with the 64 dense slots of a bin, eight bits at a time from a table of 8 x 256 sums (32 KiB, fits the
/// L1 cache).
/// </summary>
internal sealed class DenseProduct : IDisposable
{
    private const int Groups = 8;
    private const int Entries = 256;

    private readonly Vector128<ulong>[] _table = GC.AllocateArray<Vector128<ulong>>(Groups * Entries, pinned: true);

    /// <summary>Takes the dense slots of another bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Tabulate(ReadOnlySpan<UInt128> denseSlots)
    {
        ReadOnlySpan<Vector128<ulong>> slots = MemoryMarshal.Cast<UInt128, Vector128<ulong>>(denseSlots);
        for (int group = 0; group < Groups; group++)
        {
            Span<Vector128<ulong>> sums = _table.AsSpan(group * Entries, Entries);
            for (int bit = 0; bit < Groups; bit++)
            {
                Vector128<ulong> slot = slots[(group * Groups) + bit];
                for (int i = 0; i < 1 << bit; i++)
                {
                    sums[(1 << bit) + i] = sums[i] ^ slot;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<ulong> Multiply(ulong row)
    {
        ref Vector128<ulong> table = ref MemoryMarshal.GetArrayDataReference(_table);
        return Unsafe.Add(ref table, (nint)(row & 0xff))
            ^ Unsafe.Add(ref table, Entries + (nint)((row >> 8) & 0xff))
            ^ Unsafe.Add(ref table, (2 * Entries) + (nint)((row >> 16) & 0xff))
            ^ Unsafe.Add(ref table, (3 * Entries) + (nint)((row >> 24) & 0xff))
            ^ Unsafe.Add(ref table, (4 * Entries) + (nint)((row >> 32) & 0xff))
            ^ Unsafe.Add(ref table, (5 * Entries) + (nint)((row >> 40) & 0xff))
            ^ Unsafe.Add(ref table, (6 * Entries) + (nint)((row >> 48) & 0xff))
            ^ Unsafe.Add(ref table, (7 * Entries) + (nint)(row >> 56));
    }

    /// <summary>Zeroes the table.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_table.AsSpan()));
}
