// SHA-256 of many short messages of different lengths that begin alike, several side by side.
//
// Reference: FIPS 180-4. Messages of as many blocks share a register's lanes; the few that are longer than two blocks are hashed alone.
// Parameters: a prefix of at most 48 bytes, which stands in every lane's block for good.
// Adversary: as SHA-256. Time depends on the messages' lengths only; messages are zeroed on disposal.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing.Backends;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Cryptography.Hashing;

/// <summary>Takes what follows the prefix, message by message, and gives the first half of each hash. Not safe for concurrent use.</summary>
public sealed class Sha256Messages : IDisposable
{
    private const int BlockSize = 64;
    private const int BlockWords = 16;
    private const int MaxBlocks = 2;
    private const int Padding = 9;

    private readonly ISha256Backend _backend;
    private readonly int _lanes;
    private readonly byte[] _prefix;
    private readonly SecretBuffer<byte>[] _rows;
    private readonly int[][] _places;
    private readonly int[] _waiting = new int[MaxBlocks];
    private readonly SecretBuffer<uint> _state;
    private readonly SecretBuffer<uint> _block;
    private readonly SecretBuffer<UInt128> _halves;
    private readonly UInt128[] _hashes;

    /// <summary>Takes messages from now on.</summary>
    /// <param name="prefix">What all messages begin with: at most <see cref="MaxPrefix"/> bytes.</param>
    /// <param name="hashes">Receives bytes 0 to 15 of each hash, read big-endian; complete after <see cref="Finish"/>.</param>
    /// <exception cref="ArgumentException">The prefix is longer.</exception>
    public Sha256Messages(ReadOnlySpan<byte> prefix, UInt128[] hashes)
        : this(prefix, hashes, Sha256Tails.Supported()[^1])
    {
    }

    internal Sha256Messages(ReadOnlySpan<byte> prefix, UInt128[] hashes, ISha256Backend backend)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        if (prefix.Length > MaxPrefix)
        {
            throw new ArgumentException($"A prefix has at most {MaxPrefix} bytes, not {prefix.Length}.", nameof(prefix));
        }

        _prefix = prefix.ToArray();
        _hashes = hashes;
        _backend = backend;
        _lanes = backend.Lanes;
        _rows = [.. Enumerable.Range(1, MaxBlocks).Select(blocks => new SecretBuffer<byte>(blocks * BlockSize * _lanes))];
        _places = [.. Enumerable.Range(1, MaxBlocks).Select(_ => new int[_lanes])];
        _state = new SecretBuffer<uint>(8 * _lanes);
        _block = new SecretBuffer<uint>(BlockWords * _lanes);
        _halves = new SecretBuffer<UInt128>(_lanes);
        foreach (SecretBuffer<byte> rows in _rows)
        {
            for (int lane = 0; lane < _lanes; lane++)
            {
                prefix.CopyTo(rows.Span[(lane * BlockSize)..]);
            }
        }
    }

    /// <summary>The most bytes of a prefix.</summary>
    public const int MaxPrefix = BlockSize - 16;

    /// <summary>Takes a message.</summary>
    /// <param name="place">Where its hash is written, now or later.</param>
    /// <param name="rest">What follows the prefix: any length.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int place, ReadOnlySpan<byte> rest)
    {
        int start = _prefix.Length, length = start + rest.Length;
        int blocks = (length + Padding + BlockSize - 1) / BlockSize;
        if (blocks > MaxBlocks)
        {
            HashAlone(place, rest);
            return;
        }

        ref byte rows = ref MemoryMarshal.GetReference(_rows[blocks - 1].Span);
        int lane = _waiting[blocks - 1]++;
        ref byte row = ref Unsafe.Add(ref rows, (nint)lane * BlockSize);
        if (blocks == 1)
        {
            Fill(rest, ref row, start);
            Close(ref row, length);
        }
        else
        {
            // The first blocks of all messages, then the second ones; the bit behind a message may end the first.
            ref byte second = ref Unsafe.Add(ref rows, (nint)(_lanes + lane) * BlockSize);
            int first = Math.Min(BlockSize - start, rest.Length);
            Fill(rest[..first], ref row, start);
            Fill(rest[first..], ref second, 0);
            if (length < BlockSize)
            {
                second = 0;
            }

            Close(ref second, length);
        }

        _places[blocks - 1][lane] = place;
        if (lane == _lanes - 1)
        {
            Compress(blocks);
        }
    }

    /// <summary>Hashes what still waits for company.</summary>
    public void Finish()
    {
        for (int blocks = 1; blocks <= MaxBlocks; blocks++)
        {
            Compress(blocks);
        }
    }

    /// <summary>Zeroes what is left of messages.</summary>
    public void Dispose()
    {
        foreach (SecretBuffer<byte> rows in _rows)
        {
            rows.Dispose();
        }

        _state.Dispose();
        _block.Dispose();
        _halves.Dispose();
    }

    /// <summary>Writes a block from a place on, at most <see cref="MaxPrefix"/>: what is left of a message, a one bit where there is room, zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(ReadOnlySpan<byte> rest, ref byte block, int start)
    {
        for (int at = start; at < BlockSize - 16; at += 16)
        {
            Vector128<byte>.Zero.StoreUnsafe(ref block, (nuint)at);
        }

        Vector128<byte>.Zero.StoreUnsafe(ref block, BlockSize - 16);
        ref byte from = ref MemoryMarshal.GetReference(rest);
        ref byte to = ref Unsafe.Add(ref block, start);
        int length = rest.Length;

        // In pieces as long as can be; the last one may repeat some of the one before.
        if (length >= 16)
        {
            for (int at = 0; at < length - 16; at += 16)
            {
                Vector128.LoadUnsafe(ref from, (nuint)at).StoreUnsafe(ref to, (nuint)at);
            }

            Vector128.LoadUnsafe(ref from, (nuint)(length - 16)).StoreUnsafe(ref to, (nuint)(length - 16));
        }
        else if (length >= 8)
        {
            ulong last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, length - 8));
            Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<ulong>(ref from));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - 8), last);
        }
        else
        {
            for (int at = 0; at < length; at++)
            {
                Unsafe.Add(ref to, at) = Unsafe.Add(ref from, at);
            }
        }

        if (start + length < BlockSize)
        {
            Unsafe.Add(ref to, length) = 0x80;
        }
    }

    /// <summary>Writes a message's length in bits to the end of its last block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Close(ref byte block, int length)
    {
        int bits = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(8 * length) : 8 * length;
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref block, BlockSize - sizeof(int)), bits);
    }

    private void HashAlone(int place, ReadOnlySpan<byte> rest)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        whole.AppendData(_prefix);
        whole.AppendData(rest);
        whole.GetHashAndReset(hash);
        _hashes[place] = BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compress(int blocks)
    {
        int count = _waiting[blocks - 1];
        if (count == 0)
        {
            return;
        }

        Span<uint> state = _state.Span, words = _block.Span;
        Span<UInt128> halves = _halves.Span;
        Sha256Tails.Begin(state, _lanes);
        for (int block = 0; block < blocks; block++)
        {
            _backend.Enter(_rows[blocks - 1].Span.Slice(block * BlockSize * _lanes, BlockSize * _lanes), words);
            _backend.Compress(state, words);
        }

        _backend.Leave(state, 0, halves);
        for (int l = 0; l < count; l++)
        {
            _hashes[_places[blocks - 1][l]] = halves[l];
        }

        _waiting[blocks - 1] = 0;
    }
}
