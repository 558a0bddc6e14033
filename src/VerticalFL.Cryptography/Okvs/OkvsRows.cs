using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Memory;
using Aes = System.Security.Cryptography.Aes;

namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// The rows of many keys under one seed, bin by bin: which keys a bin has is found once, its rows are made whenever it is taken. All rows at once would
/// take as much memory as the keys, and to hash a bin's keys anew costs less than to write and read its rows.
/// </summary>
internal sealed class OkvsRows : IDisposable
{
    /// <summary>How many keys are hashed at a time.</summary>
    private const int Batch = 1024;

    private readonly OkvsShape _shape;
    private readonly SecretBuffer<int> _places;
    private readonly SecretBuffer<UInt128> _keys;
    private readonly SecretBuffer<OkvsRow> _rows;
    private readonly int[] _starts;
    private readonly byte[] _one = new byte[Batch * OkvsTable.KeySize];
    private readonly byte[] _two = new byte[Batch * OkvsTable.KeySize];
    private readonly Aes _first = Aes.Create();
    private readonly Aes _second = Aes.Create();

    private int _bin;

    /// <summary>Finds the bins of keys of 16 bytes each.</summary>
    public OkvsRows(OkvsShape shape, ReadOnlySpan<byte> seed, ReadOnlySpan<byte> keys)
    {
        _shape = shape;
        _first.SetKey(seed[..16]);
        _second.SetKey(seed[16..]);
        int count = keys.Length / OkvsTable.KeySize;
        _starts = new int[shape.Bins + 1];
        _places = new SecretBuffer<int>(count);
        using (var bins = new SecretBuffer<ushort>(count))
        {
            Count(keys, bins.Span);
            Place(bins.Span);
        }

        Largest = Enumerable.Range(0, Bins).Max(b => _starts[b + 1] - _starts[b]);
        _keys = new SecretBuffer<UInt128>(Largest);
        _rows = new SecretBuffer<OkvsRow>(Largest);
    }

    /// <summary>How many bins there are.</summary>
    public int Bins => _shape.Bins;

    /// <summary>Whether no bin holds more keys than the shape allows for.</summary>
    public bool Fit => Largest <= _shape.BinCapacity;

    /// <summary>The most keys of a bin.</summary>
    public int Largest { get; }

    /// <summary>Which keys are in the bins, one bin after the other.</summary>
    public ReadOnlySpan<int> Order => _places.Span;

    /// <summary>Where the keys of a bin begin in <see cref="Order"/>.</summary>
    public int Start(int bin) => _starts[bin];

    /// <summary>Which keys are in a bin.</summary>
    public ReadOnlySpan<int> Places(int bin) => _places.Span[_starts[bin].._starts[bin + 1]];

    /// <summary>Makes the rows of a bin's keys, for <see cref="Decode"/>.</summary>
    /// <param name="bin">The bin.</param>
    /// <param name="keys">All keys, those that the bins were found of.</param>
    /// <returns>The bin's keys, in the order of <see cref="Places"/>; until the next bin is taken.</returns>
    public ReadOnlySpan<UInt128> Take(int bin, ReadOnlySpan<byte> keys)
    {
        _bin = bin;
        ReadOnlySpan<int> places = Places(bin);
        Span<UInt128> own = _keys.Span[..places.Length];
        Gather(MemoryMarshal.Cast<byte, UInt128>(keys), places, own);
        Hash(MemoryMarshal.AsBytes(own), Rows);
        return own;
    }

    /// <summary>Writes the solution; the slots hold uniform randomness before.</summary>
    /// <param name="keys">All keys, those that the bins were found of.</param>
    /// <param name="state">What <paramref name="valuesOf"/> is given.</param>
    /// <param name="valuesOf">Gives the keys' values.</param>
    /// <param name="slots">The table.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>False when the rows are dependent: another seed is due.</returns>
    public bool TrySolve<TState>(
        ReadOnlySpan<byte> keys, TState state, OkvsValues<TState> valuesOf, Span<UInt128> slots, CancellationToken cancellationToken)
        where TState : allows ref struct
    {
        using var solver = new BinSolver(_shape);
        using var values = new SecretBuffer<UInt128>(Largest);
        bool solved = true;
        for (int bin = 0; bin < Bins && solved; bin++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<UInt128> own = Take(bin, keys);
            Span<UInt128> wanted = values.Span[..own.Length];
            valuesOf(state, Places(bin), own, wanted);
            solved = solver.TrySolve(Rows, wanted, SlotsOf(bin, slots));
        }

        return solved;
    }

    /// <summary>Reads the values of the keys of the bin that was taken, in the order of <see cref="Places"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decode(ReadOnlySpan<UInt128> slots, DenseProduct dense, Span<UInt128> values)
    {
        ReadOnlySpan<OkvsRow> rows = Rows;
        ReadOnlySpan<UInt128> own = slots.Slice(_bin * _shape.BinSlots, _shape.BinSlots);
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

    /// <summary>Zeroes and releases what it holds of keys.</summary>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _places.Dispose();
        _keys.Dispose();
        _rows.Dispose();
    }

    private Span<OkvsRow> Rows => _rows.Span[..(_starts[_bin + 1] - _starts[_bin])];

    private Span<UInt128> SlotsOf(int bin, Span<UInt128> slots) => slots.Slice(bin * _shape.BinSlots, _shape.BinSlots);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(ReadOnlySpan<UInt128> all, ReadOnlySpan<int> places, Span<UInt128> gathered)
    {
        for (int i = 0; i < gathered.Length; i++)
        {
            gathered[i] = all[places[i]];
        }
    }

    /// <summary>Finds every key's bin, and where each bin begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count(ReadOnlySpan<byte> keys, Span<ushort> bins)
    {
        ReadOnlySpan<ulong> columns = MemoryMarshal.Cast<byte, ulong>(_one);
        for (int done = 0; done < bins.Length; done += Batch)
        {
            int some = Math.Min(Batch, bins.Length - done);
            _first.EncryptEcb(keys.Slice(done * OkvsTable.KeySize, some * OkvsTable.KeySize), _one, PaddingMode.None);
            for (int i = 0; i < some; i++)
            {
                ulong left = columns[2 * i];
                uint bin = Reduce(ref left, (ulong)_shape.Bins);
                bins[done + i] = (ushort)bin;
                _starts[bin + 1]++;
            }
        }

        for (int bin = 0; bin < _shape.Bins; bin++)
        {
            _starts[bin + 1] += _starts[bin];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Place(ReadOnlySpan<ushort> bins)
    {
        int[] next = _starts[..^1];
        Span<int> places = _places.Span;
        for (int i = 0; i < bins.Length; i++)
        {
            places[next[bins[i]]++] = i;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Hash(ReadOnlySpan<byte> keys, Span<OkvsRow> rows)
    {
        ulong m = (ulong)_shape.Sparse, bins = (ulong)_shape.Bins;
        ReadOnlySpan<ulong> columns = MemoryMarshal.Cast<byte, ulong>(_one);
        ReadOnlySpan<ulong> dense = MemoryMarshal.Cast<byte, ulong>(_two);
        for (int done = 0; done < rows.Length; done += Batch)
        {
            Span<OkvsRow> some = rows[done..Math.Min(done + Batch, rows.Length)];
            ReadOnlySpan<byte> batch = keys.Slice(done * OkvsTable.KeySize, some.Length * OkvsTable.KeySize);
            _first.EncryptEcb(batch, _one, PaddingMode.None);
            _second.EncryptEcb(batch, _two, PaddingMode.None);
            for (int i = 0; i < some.Length; i++)
            {
                ulong left = columns[2 * i];
                _ = Reduce(ref left, bins);

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
                some[i] = new OkvsRow((ushort)a, (ushort)b, (ushort)c, dense[2 * i]);
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
