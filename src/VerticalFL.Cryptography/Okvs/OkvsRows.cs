using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Memory;
using Aes = System.Security.Cryptography.Aes;

namespace VerticalFL.Cryptography.Okvs;

/// <summary>The rows of many keys under one seed, ordered by bins: made once, then solved or read any number of times.</summary>
internal sealed class OkvsRows : IDisposable
{
    /// <summary>How many keys are hashed at a time.</summary>
    private const int Batch = 1024;

    private readonly OkvsShape _shape;
    private readonly SecretBuffer<OkvsRow> _rows;
    private readonly SecretBuffer<int> _places;
    private readonly int[] _starts;

    /// <summary>Hashes keys of 16 bytes each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public OkvsRows(OkvsShape shape, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> keys)
    {
        _shape = shape;
        int count = keys.Length / OkvsTable.KeySize;
        _starts = new int[shape.Bins + 1];
        _rows = new SecretBuffer<OkvsRow>(count);
        _places = new SecretBuffer<int>(count);
        using var first = Aes.Create();
        using var second = Aes.Create();
        first.SetKey(seed[..16]);
        second.SetKey(seed[16..]);
        Count(first, keys);
        Fill(first, second, keys);
    }

    /// <summary>How many bins there are.</summary>
    public int Bins => _shape.Bins;

    /// <summary>Whether no bin holds more keys than the shape allows for.</summary>
    public bool Fit => Largest <= _shape.BinCapacity;

    /// <summary>The most keys of a bin.</summary>
    public int Largest => Enumerable.Range(0, Bins).Max(b => _starts[b + 1] - _starts[b]);

    /// <summary>Which keys are in the bins, one bin after the other.</summary>
    public ReadOnlySpan<int> Order => _places.Span;

    /// <summary>Where the keys of a bin begin in <see cref="Order"/>.</summary>
    public int Start(int bin) => _starts[bin];

    /// <summary>Which keys are in a bin.</summary>
    public ReadOnlySpan<int> Places(int bin) => _places.Span[_starts[bin].._starts[bin + 1]];

    /// <summary>Writes the solution for values, one for each key; the slots hold uniform randomness before.</summary>
    /// <returns>False when the rows are dependent: another seed is due.</returns>
    public bool TrySolve(ReadOnlySpan<UInt128> values, Span<UInt128> slots, CancellationToken cancellationToken)
    {
        using var solver = new BinSolver(_shape);
        UInt128[] ofBin = GC.AllocateArray<UInt128>(_shape.BinCapacity, pinned: true);
        bool solved = true;
        for (int bin = 0; bin < Bins && solved; bin++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> places = Places(bin);
            for (int i = 0; i < places.Length; i++)
            {
                ofBin[i] = values[places[i]];
            }

            solved = solver.TrySolve(Rows(bin), ofBin.AsSpan(0, places.Length), SlotsOf(bin, slots));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(ofBin.AsSpan()));
        return solved;
    }

    /// <summary>Reads the values of a bin's keys, in the order of <see cref="Places"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decode(int bin, ReadOnlySpan<UInt128> slots, DenseProduct dense, Span<UInt128> values)
    {
        ReadOnlySpan<OkvsRow> rows = Rows(bin);
        ReadOnlySpan<UInt128> own = slots.Slice(bin * _shape.BinSlots, _shape.BinSlots);
        dense.Tabulate(own[_shape.Sparse..]);

        // Columns are below the bin's slots by construction (Reduce), whatever the seed.
        ref Vector128<ulong> slot = ref Unsafe.As<UInt128, Vector128<ulong>>(ref MemoryMarshal.GetReference(own));
        Span<Vector128<ulong>> results = MemoryMarshal.Cast<UInt128, Vector128<ulong>>(values)[..rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            OkvsRow row = rows[i];
            results[i] = dense.Multiply(row.Dense)
                ^ Unsafe.Add(ref slot, row.A) ^ Unsafe.Add(ref slot, row.B) ^ Unsafe.Add(ref slot, row.C);
        }
    }

    /// <summary>Zeroes and releases the rows.</summary>
    public void Dispose()
    {
        _rows.Dispose();
        _places.Dispose();
    }

    private ReadOnlySpan<OkvsRow> Rows(int bin) => _rows.Span[_starts[bin].._starts[bin + 1]];

    private Span<UInt128> SlotsOf(int bin, Span<UInt128> slots) => slots.Slice(bin * _shape.BinSlots, _shape.BinSlots);

    /// <summary>Finds where each bin begins. Hashing twice costs less than moving all rows twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count(Aes first, ReadOnlySpan<byte> keys)
    {
        Span<byte> hashed = new byte[Batch * OkvsTable.KeySize];
        ReadOnlySpan<ulong> columns = MemoryMarshal.Cast<byte, ulong>(hashed);
        for (int done = 0; done < _places.Length; done += Batch)
        {
            int some = Math.Min(Batch, _places.Length - done);
            first.EncryptEcb(keys.Slice(done * OkvsTable.KeySize, some * OkvsTable.KeySize), hashed, PaddingMode.None);
            for (int i = 0; i < some; i++)
            {
                ulong left = columns[2 * i];
                _starts[Reduce(ref left, (ulong)_shape.Bins) + 1]++;
            }
        }

        for (int bin = 0; bin < _shape.Bins; bin++)
        {
            _starts[bin + 1] += _starts[bin];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(Aes first, Aes second, ReadOnlySpan<byte> keys)
    {
        int[] next = _starts[..^1];
        Span<OkvsRow> rows = _rows.Span;
        Span<int> places = _places.Span;
        ulong m = (ulong)_shape.Sparse, bins = (ulong)_shape.Bins;
        Span<byte> one = new byte[Batch * OkvsTable.KeySize];
        Span<byte> two = new byte[Batch * OkvsTable.KeySize];
        ReadOnlySpan<ulong> columns = MemoryMarshal.Cast<byte, ulong>(one);
        ReadOnlySpan<ulong> dense = MemoryMarshal.Cast<byte, ulong>(two);
        for (int done = 0; done < places.Length; done += Batch)
        {
            int some = Math.Min(Batch, places.Length - done);
            ReadOnlySpan<byte> batch = keys.Slice(done * OkvsTable.KeySize, some * OkvsTable.KeySize);
            first.EncryptEcb(batch, one, PaddingMode.None);
            second.EncryptEcb(batch, two, PaddingMode.None);
            for (int i = 0; i < some; i++)
            {
                ulong left = columns[2 * i];
                int at = next[Reduce(ref left, bins)]++;

                // A uniform ordered triple: the second is drawn from the m - 1 columns that are left, the third from m - 2.
                uint a = Reduce(ref left, m);
                left = columns[(2 * i) + 1];
                uint b = Reduce(ref left, m - 1);
                uint c = Reduce(ref left, m - 2);
                b += b >= a ? 1u : 0;
                uint low = Math.Min(a, b);
                uint high = Math.Max(a, b);
                c += c >= low ? 1u : 0;
                c += c >= high ? 1u : 0;
                rows[at] = new OkvsRow((ushort)a, (ushort)b, (ushort)c, dense[2 * i]);
                places[at] = done + i;
            }
        }
    }

    // A number below range, and in place of the randomness what is left of it: together biased by at most the ranges' product / 2^64.
    // The framework's double-length product passes its lower half through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reduce(ref ulong randomness, ulong range)
    {
        ulong high = Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(randomness, range) : Math.BigMul(randomness, range, out _);
        randomness *= range;
        return (uint)high;
    }
}
