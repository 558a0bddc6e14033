// Oblivious key-value store (OKVS): a table of slots in which n keys are programmed with n values, so that who decodes a programmed key
// gets its value, and who sees the table alone cannot tell which keys were programmed when the values are random.
//
// What        bins of some 2^14 keys, each a binary OKVS of row weight 3 plus 64 dense columns; linear: Decode(k) = xor of the slots that
//             k's row selects
// Reference   PaXoS (Pinkas-Rosulek-Trieu-Yanai 2020), section 4; 3-hash garbled cuckoo table (Garimella et al. 2021);
//             bins and expansion from Raghuraman-Rindal 2022 ("Blazing Fast PSI", ePrint 2022/320), sections 4.1 and 4.3, weight 3
// Parameters  keys of 16 bytes, values of 1 to 16 bytes, seed of 32 bytes, statistical security 40 (see OkvsShape)
// Rows        block1 = AES-128(seed[0..16], key), block2 = AES-128(seed[16..32], key). Block1 picks the bin and three distinct sparse
//             columns of it, the first half of block2 is the row's dense part.
// Secrets     the table is made to be seen. Slots that no row fixes are filled with AES-256-CTR under a key from the operating system's
//             generator, so the table is a uniform solution of the linear system. The seed is drawn after the keys are fixed and travels
//             in the clear.
// Adversary   semi-honest. Encoding fails with probability at most 2^-40 and is then repeated with a new seed; it never drops a key.
// Timing      variable, in the keys: for local use on data that the encoder knows anyway.

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// An oblivious key-value store of fixed shape: programmed by <c>Encode</c>, or filled slot by slot from what a peer sent.
/// </summary>
public sealed class OkvsTable : IDisposable
{
    /// <summary>The size of a key, in bytes.</summary>
    public const int KeySize = 16;

    /// <summary>The size of a seed, in bytes.</summary>
    public const int SeedSize = 32;

    /// <summary>The largest value, in bytes.</summary>
    public const int MaxValueSize = 16;

    /// <summary>
    /// One failure has probability 2^-40 at most, so a second one means that the keys are not distinct; a few more rule out doubt.
    /// </summary>
    private const int MaxTries = 4;

    private readonly byte[] _seed;
    private readonly SecretBuffer<UInt128> _slots;

    /// <summary>Makes an empty table to <see cref="Load"/> a peer's slots into.</summary>
    /// <param name="items">How many keys the peer has programmed, at least 0.</param>
    /// <param name="valueSize">The size of a value, 1 to 16 bytes.</param>
    /// <param name="seed">The 32-byte seed that the peer sent.</param>
    public OkvsTable(int items, int valueSize, ReadOnlySpan<byte> seed)
        : this(new OkvsShape(items), valueSize, CheckedSeed(seed))
    {
    }

    private OkvsTable(OkvsShape shape, int valueSize, byte[] seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(valueSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(valueSize, MaxValueSize);
        Shape = shape;
        ValueSize = valueSize;
        _seed = seed;
        _slots = new SecretBuffer<UInt128>(shape.Slots);
    }

    /// <summary>The size of a value, in bytes.</summary>
    public int ValueSize { get; }

    /// <summary>How many slots the table has.</summary>
    public int Slots => Shape.Slots;

    /// <summary>The seed of the rows, 32 bytes.</summary>
    public ReadOnlySpan<byte> Seed => _seed;

    internal OkvsShape Shape { get; }

    /// <summary>How many slots a table for so many keys has.</summary>
    public static int SlotCount(int items) => new OkvsShape(items).Slots;

    /// <summary>Programs distinct keys with values.</summary>
    /// <param name="keys">n keys of 16 bytes each.</param>
    /// <param name="values">n values of <paramref name="valueSize"/> bytes each.</param>
    /// <param name="valueSize">The size of a value, 1 to 16 bytes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or two keys are equal.</exception>
    public static OkvsTable Encode(
        ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, int valueSize, CancellationToken cancellationToken = default)
    {
        using var wide = new SecretBuffer<UInt128>(CheckedCount(keys, values.Length, valueSize));
        Widen(values, valueSize, wide.Span);
        return Encode(keys, wide.Span, valueSize, cancellationToken);
    }

    /// <summary>Programs distinct keys with values that are numbers.</summary>
    /// <param name="keys">n keys of 16 bytes each.</param>
    /// <param name="values">n numbers; a value is the first <paramref name="valueSize"/> bytes of one, the lowest first.</param>
    /// <param name="valueSize">The size of a value, 1 to 16 bytes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or two keys are equal.</exception>
    public static OkvsTable Encode(
        ReadOnlySpan<byte> keys, ReadOnlySpan<UInt128> values, int valueSize, CancellationToken cancellationToken = default)
    {
        var shape = new OkvsShape(CheckedCount(keys, (long)values.Length * valueSize, valueSize));
        byte[] seed = new byte[SeedSize];
        var table = new OkvsTable(shape, valueSize, seed);
        Solve(shape, keys, values, ValuesAt, seed, table._slots.Span, cancellationToken).Dispose();
        return table;
    }

    /// <summary>Draws seeds until the system has a solution, and writes both.</summary>
    /// <returns>The keys' rows under the seed. The caller disposes them.</returns>
    /// <exception cref="ArgumentException">Two keys are equal.</exception>
    internal static OkvsRows Solve<TState>(
        OkvsShape shape,
        ReadOnlySpan<byte> keys,
        TState state,
        OkvsValues<TState> valuesOf,
        Span<byte> seed,
        Span<UInt128> slots,
        CancellationToken cancellationToken)
        where TState : allows ref struct
    {
        for (int attempt = 0; attempt < MaxTries; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomNumberGenerator.Fill(seed);
            var rows = new OkvsRows(shape, seed, keys);
            Randomize(slots);
            if (rows.Fit && rows.TrySolve(keys, state, valuesOf, slots, cancellationToken))
            {
                return rows;
            }

            rows.Dispose();
        }

        throw new ArgumentException("The keys of an OKVS must be distinct.", nameof(keys));
    }

    /// <summary>Copies slots out, for sending.</summary>
    /// <param name="firstSlot">The first slot.</param>
    /// <param name="destination">Room for a whole number of slots of <see cref="ValueSize"/> bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyTo(int firstSlot, Span<byte> destination)
    {
        ReadOnlySpan<UInt128> slots = Range(firstSlot, destination.Length);
        for (int i = 0; i < slots.Length; i++)
        {
            // What stands behind a slot is overwritten by the next one.
            Span<byte> rest = destination[(i * ValueSize)..];
            if (rest.Length >= MaxValueSize)
            {
                BinaryPrimitives.WriteUInt128LittleEndian(rest, Numbers(slots[i]));
            }
            else
            {
                Narrow(slots[i], rest, ValueSize);
            }
        }
    }

    /// <summary>Takes slots in, as a peer sent them. All slots must be loaded before any is read.</summary>
    /// <param name="firstSlot">The first slot.</param>
    /// <param name="source">A whole number of slots of <see cref="ValueSize"/> bytes.</param>
    public void Load(int firstSlot, ReadOnlySpan<byte> source) => Widen(source, ValueSize, Range(firstSlot, source.Length));

    /// <summary>Reads the values of keys: the programmed value of a programmed key, something unrelated for any other.</summary>
    /// <param name="keys">n keys of 16 bytes each.</param>
    /// <param name="values">Receives n values of <see cref="ValueSize"/> bytes each.</param>
    public void Decode(ReadOnlySpan<byte> keys, Span<byte> values)
    {
        int items = CheckedCount(keys, values.Length, ValueSize);
        using var wide = new SecretBuffer<UInt128>(items);
        Decode(keys, (places, some) =>
        {
            for (int i = 0; i < places.Length; i++)
            {
                wide.Span[places[i]] = some[i];
            }
        });
        for (int i = 0; i < items; i++)
        {
            Narrow(wide.Span[i], values[(i * ValueSize)..], ValueSize);
        }
    }

    /// <summary>Reads the values of keys, in an order that is the table's own.</summary>
    /// <param name="keys">n keys of 16 bytes each.</param>
    /// <param name="reader">Takes the values, some at a time.</param>
    public void Decode(ReadOnlySpan<byte> keys, OkvsReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using var rows = new OkvsRows(Shape, _seed, keys);
        using var dense = new DenseProduct();
        using var read = new SecretBuffer<UInt128>(rows.Largest);
        for (int bin = 0; bin < rows.Bins; bin++)
        {
            ReadOnlySpan<int> places = rows.Places(bin);
            Span<UInt128> some = read.Span[..places.Length];
            _ = rows.Take(bin, keys);
            rows.Decode(_slots.Span, dense, some);
            foreach (ref UInt128 value in some)
            {
                value = Numbers(Numbers(value) & Mask(ValueSize));
            }

            reader(places, some);
        }
    }

    /// <summary>Zeroes and releases the slots.</summary>
    public void Dispose() => _slots.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ValuesAt(ReadOnlySpan<UInt128> all, ReadOnlySpan<int> places, ReadOnlySpan<UInt128> keys, Span<UInt128> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = all[places[i]];
        }
    }

    private static void Randomize(Span<UInt128> slots)
    {
        Span<byte> key = stackalloc byte[AesCtr.KeySize];
        RandomNumberGenerator.Fill(key);
        using var stream = new AesCtr(key);
        stream.Fill(0, 0, MemoryMarshal.AsBytes(slots));
        CryptographicOperations.ZeroMemory(key);
    }

    private Span<UInt128> Range(int firstSlot, int bytes)
    {
        if (bytes % ValueSize != 0 || firstSlot < 0 || firstSlot > Slots - (bytes / ValueSize))
        {
            throw new ArgumentException(
                $"{bytes} bytes from slot {firstSlot} are not whole slots of {ValueSize} bytes within {Slots}.", nameof(bytes));
        }

        return _slots.Span.Slice(firstSlot, bytes / ValueSize);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ReadOnlySpan<byte> values, int size, Span<UInt128> numbers)
    {
        UInt128 mask = Mask(size);
        Span<byte> block = stackalloc byte[MaxValueSize];
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> rest = values[(i * size)..];
            if (rest.Length >= MaxValueSize)
            {
                numbers[i] = Numbers(BinaryPrimitives.ReadUInt128LittleEndian(rest) & mask);
            }
            else
            {
                block.Clear();
                rest[..size].CopyTo(block);
                numbers[i] = MemoryMarshal.Read<UInt128>(block);
            }
        }
    }

    private static UInt128 Mask(int size) => UInt128.MaxValue >> (8 * (MaxValueSize - size));

    // A slot's bytes as they lie in memory, read as a number with the lowest first; and back.
    private static UInt128 Numbers(UInt128 slot) => BitConverter.IsLittleEndian ? slot : BinaryPrimitives.ReverseEndianness(slot);

    private static void Narrow(UInt128 slot, Span<byte> destination, int size)
    {
        Span<byte> block = stackalloc byte[16];
        MemoryMarshal.Write(block, slot);
        block[..size].CopyTo(destination);
    }

    private static byte[] CheckedSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? seed.ToArray()
        : throw new ArgumentException($"A seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));

    private static int CheckedCount(ReadOnlySpan<byte> keys, long valuesLength, int valueSize)
    {
        int items = keys.Length / KeySize;
        return keys.Length % KeySize == 0 && valuesLength == (long)items * valueSize
            ? items
            : throw new ArgumentException(
                $"{keys.Length} bytes of keys do not fit {valuesLength} bytes of values of {valueSize} bytes.", nameof(keys));
    }
}
