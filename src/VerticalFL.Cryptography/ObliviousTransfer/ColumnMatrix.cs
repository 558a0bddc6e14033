using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.ObliviousTransfer;

/// <summary>128 secret columns of blocks, which the extension reads as rows of 128 bits or combines into field elements.</summary>
internal sealed class ColumnMatrix : IDisposable
{
    public const int Columns = 128;

    private readonly Gf128[] _blocks;

    public ColumnMatrix(int height)
    {
        Height = height;
        _blocks = GC.AllocateArray<Gf128>(Columns * height, pinned: true);
    }

    /// <summary>Blocks of a column.</summary>
    public int Height { get; }

    public Span<Gf128> Column(int j) => _blocks.AsSpan(j * Height, Height);

    /// <summary>Fills every column with the keystream of its 32-byte key.</summary>
    public void Expand(ReadOnlySpan<byte> keys)
    {
        for (int j = 0; j < Columns; j++)
        {
            using var stream = new AesCtr(keys.Slice(j * AesCtr.KeySize, AesCtr.KeySize));
            stream.Fill(0, 0, MemoryMarshal.AsBytes(Column(j)));
        }
    }

    /// <summary>The 128 rows of a block: bit j of row i is bit i of the block in column j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Rows(int block, Span<Gf128> rows)
    {
        for (int j = 0; j < Columns; j++)
        {
            rows[j] = Column(j)[block];
        }

        // Swaps the off-diagonal quarters of ever smaller squares (Hacker's Delight, section 7-3).
        for (int size = 64; size > 0; size /= 2)
        {
            Gf128 low = LowBits(size);
            for (int i = 0; i < Columns; i++)
            {
                if ((i & size) == 0)
                {
                    Gf128 swap = (Shift(rows[i], size) ^ rows[i + size]) & low;
                    rows[i + size] ^= swap;
                    rows[i] ^= Shift(swap, -size);
                }
            }
        }
    }

    /// <summary>The sum over j of x^j times the block in column j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Gf128 Combine(int block)
    {
        var x = new Gf128(2, 0);
        Gf128 sum = default;
        for (int j = Columns - 1; j >= 0; j--)
        {
            sum = (sum * x) ^ Column(j)[block];
        }

        return sum;
    }

    /// <summary>The weights of the consistency check, fixed by all that the choosing party has sent.</summary>
    public static Gf128[] CheckWeights(byte[] session, ReadOnlyMemory<byte> columns, int height)
    {
        var weights = new Gf128[height];
        using var stream = new AesCtr(KeyDerivation.HashInputs("vfl/v1/ot/check", session, columns));
        stream.Fill(0, 0, MemoryMarshal.AsBytes(weights.AsSpan(0, height - 1)));
        weights[height - 1] = Gf128.One;
        return weights;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_blocks.AsSpan()));

    // Bits whose index lacks the bit that size stands for.
    private static Gf128 LowBits(int size)
    {
        if (size == 64)
        {
            return new Gf128(ulong.MaxValue, 0);
        }

        ulong mask = ulong.MaxValue / ((1UL << size) + 1);
        return new Gf128(mask, mask);
    }

    // By at most 64 to the right, or to the left when negative; a bit that crosses the halves is masked by the caller unless the
    // distance is 64.
    private static Gf128 Shift(Gf128 a, int distance) => distance switch
    {
        64 => new Gf128(a.High, 0),
        -64 => new Gf128(0, a.Low),
        > 0 => new Gf128(a.Low >> distance, a.High >> distance),
        _ => new Gf128(a.Low << -distance, a.High << -distance),
    };
}
