// SHA-256 of many short messages that begin with the same 64 bytes, several side by side.
//
// Reference: FIPS 180-4. The first block is compressed once; each message costs one more compression. This is what a hash with a domain
// prefix needs, and HMAC (RFC 2104), whose two passes begin with a block made of the key.
// Parameters: tails of 4 to 52 bytes, all of one length, a multiple of 4.
// Adversary: as SHA-256. Constant time in prefix and tails; both are zeroed on disposal.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing.Backends;

namespace VerticalFL.Cryptography.Hashing;

/// <summary>SHA-256(prefix || tail) for one prefix of 64 bytes and many tails. Not safe for concurrent use.</summary>
/// <remarks>A hash is given as two numbers, its halves read big-endian, which therefore compare as the bytes do.</remarks>
public sealed class Sha256Tails : IDisposable
{
    /// <summary>Bytes of the prefix: a block.</summary>
    public const int PrefixSize = 64;

    private const int StateWords = 8;
    private const int BlockWords = 16;
    private const int MaxTail = 52;
    private const int MaxLanes = 16;
    private const int RowSize = 4 * BlockWords;

    private static readonly uint[] Initial =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static readonly ISha256Backend Fastest = Supported()[^1];

    private readonly ISha256Backend _backend;
    private readonly int _lanes;
    private readonly int _tailWords;
    private readonly uint[] _prefix;
    private readonly uint[] _memory;
    private readonly int _aligned;

    /// <summary>Compresses the prefix.</summary>
    /// <param name="prefix">64 bytes.</param>
    /// <param name="tailSize">Bytes of every tail: 4 to 52, a multiple of 4.</param>
    /// <exception cref="ArgumentException">A length is out of its range.</exception>
    public Sha256Tails(ReadOnlySpan<byte> prefix, int tailSize)
        : this(prefix, tailSize, Fastest)
    {
    }

    internal Sha256Tails(ReadOnlySpan<byte> prefix, int tailSize, ISha256Backend backend)
    {
        if (prefix.Length != PrefixSize)
        {
            throw new ArgumentException($"The prefix has {PrefixSize} bytes, not {prefix.Length}.", nameof(prefix));
        }

        if (tailSize is < 4 or > MaxTail || tailSize % 4 != 0)
        {
            throw new ArgumentException($"A tail has 4 to {MaxTail} bytes, a multiple of 4, not {tailSize}.", nameof(tailSize));
        }

        _backend = backend;
        _lanes = backend.Lanes;
        _tailWords = tailSize / 4;

        // Registers of 64 bytes that straddle cache lines cost twice.
        _memory = GC.AllocateArray<uint>(((StateWords + (2 * BlockWords)) * _lanes) + BlockWords, pinned: true);
        _aligned = AlignedOffset(_memory);
        Begin(State, _lanes);

        for (int w = 0; w < BlockWords; w++)
        {
            Block.Slice(w * _lanes, _lanes).Fill(BinaryPrimitives.ReadUInt32BigEndian(prefix[(4 * w)..]));
        }

        backend.Compress(State, Block);
        _prefix = GC.AllocateArray<uint>(StateWords * _lanes, pinned: true);
        State.CopyTo(_prefix);

        // Padding, in every row for good: a one bit, zeros, the length in bits of prefix and tail.
        for (int l = 0; l < _lanes; l++)
        {
            Span<byte> row = Rows.Slice(l * RowSize, RowSize);
            row[tailSize] = 0x80;
            BinaryPrimitives.WriteInt32BigEndian(row[^sizeof(int)..], 8 * (PrefixSize + tailSize));
        }
    }

    private Span<uint> State => _memory.AsSpan(_aligned, StateWords * _lanes);

    private Span<uint> Block => _memory.AsSpan(_aligned + (StateWords * _lanes), BlockWords * _lanes);

    private Span<byte> Rows => MemoryMarshal.AsBytes(_memory.AsSpan(_aligned + ((StateWords + BlockWords) * _lanes), BlockWords * _lanes));

    /// <summary>Hashes tails.</summary>
    /// <param name="tails">The tails, one after the other.</param>
    /// <param name="high">Receives bytes 0 to 15 of each hash.</param>
    /// <param name="low">Receives bytes 16 to 31 of each hash; or empty, when they are not needed.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Hash(ReadOnlySpan<byte> tails, Span<UInt128> high, Span<UInt128> low)
    {
        int size = 4 * _tailWords;
        if (tails.Length != (long)high.Length * size || (!low.IsEmpty && low.Length != high.Length))
        {
            throw new ArgumentException($"{tails.Length} bytes of tails of {size} bytes do not fit {high.Length} hashes.", nameof(tails));
        }

        for (int first = 0; first < high.Length; first += _lanes)
        {
            int count = Math.Min(_lanes, high.Length - first);
            Enter(tails.Slice(first * size, count * size));
            _backend.Compress(State, Block);
            Leave(high, first, 0);
            if (!low.IsEmpty)
            {
                Leave(low, first, 4);
            }
        }
    }

    /// <summary>Zeroes the compressed prefix and what is left of tails and hashes.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_prefix.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_memory.AsSpan()));
    }

    /// <summary>The backends that run here, the portable one first and the fastest last.</summary>
    internal static IReadOnlyList<ISha256Backend> Supported()
    {
        List<ISha256Backend> backends = [new Sha256Backend<Sha256Lanes4, Vector128<uint>>()];
        if (Vector256.IsHardwareAccelerated)
        {
            backends.Add(new Sha256Backend<Sha256Lanes8, Vector256<uint>>());
        }

        if (Vector512.IsHardwareAccelerated && System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
        {
            backends.Add(new Sha256Backend<Sha256Lanes16, Vector512<uint>>());
        }

        return backends;
    }

    /// <summary>Sets the state with which every message begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Begin(Span<uint> state, int lanes)
    {
        for (int w = 0; w < StateWords; w++)
        {
            Vector128<uint> word = Vector128.Create(Initial[w]);
            ref uint first = ref MemoryMarshal.GetReference(state.Slice(w * lanes, lanes));
            for (int lane = 0; lane < lanes; lane += Vector128<uint>.Count)
            {
                word.StoreUnsafe(ref first, (nuint)lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(ReadOnlySpan<byte> tails)
    {
        ref byte from = ref MemoryMarshal.GetReference(tails);
        ref byte row = ref MemoryMarshal.GetReference(Rows);
        int size = 4 * _tailWords;
        for (int at = 0; at < tails.Length; at += size, row = ref Unsafe.Add(ref row, RowSize))
        {
            int i = 0;
            for (; i + Vector128<byte>.Count <= size; i += Vector128<byte>.Count)
            {
                Vector128.LoadUnsafe(ref from, (nuint)(at + i)).StoreUnsafe(ref row, (nuint)i);
            }

            for (; i < size; i += sizeof(uint))
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref row, i), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, at + i)));
            }
        }

        _prefix.CopyTo(State);
        _backend.Enter(Rows, Block);
    }

    private void Leave(Span<UInt128> halves, int first, int firstWord)
    {
        if (first + _lanes <= halves.Length)
        {
            _backend.Leave(State, firstWord, halves[first..]);
            return;
        }

        Span<UInt128> all = stackalloc UInt128[MaxLanes];
        _backend.Leave(State, firstWord, all);
        all[..(halves.Length - first)].CopyTo(halves[first..]);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(all));
    }

    private static unsafe int AlignedOffset(uint[] pinned) =>
        (int)((64 - ((nuint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]) % 64)) % 64 / sizeof(uint));
}
