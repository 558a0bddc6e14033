// SHA-256 of many short messages of different lengths, several side by side.
//
// Reference: FIPS 180-4. Messages of as many blocks share a register's lanes; the few that are longer than two blocks are hashed alone.
// Adversary: as SHA-256. Time depends on the messages' lengths only; messages are zeroed on disposal.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing.Backends;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Cryptography.Hashing;

/// <summary>Takes messages one by one and gives the first half of each hash. Not safe for concurrent use.</summary>
public sealed class Sha256Messages : IDisposable
{
    private const int BlockSize = 64;
    private const int BlockWords = 16;
    private const int MaxBlocks = 2;
    private const int Padding = 9;

    private readonly ISha256Backend _backend;
    private readonly int _lanes;
    private readonly SecretBuffer<byte>[] _rows;
    private readonly int[][] _places;
    private readonly int[] _waiting = new int[MaxBlocks];
    private readonly SecretBuffer<uint> _state;
    private readonly SecretBuffer<uint> _block;
    private readonly SecretBuffer<UInt128> _halves;
    private readonly UInt128[] _hashes;

    /// <summary>Takes messages from now on.</summary>
    /// <param name="hashes">Receives bytes 0 to 15 of each hash, read big-endian; complete after <see cref="Finish"/>.</param>
    public Sha256Messages(UInt128[] hashes)
        : this(hashes, Sha256Tails.Supported()[^1])
    {
    }

    internal Sha256Messages(UInt128[] hashes, ISha256Backend backend)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        _hashes = hashes;
        _backend = backend;
        _lanes = backend.Lanes;
        _rows = [.. Enumerable.Range(1, MaxBlocks).Select(blocks => new SecretBuffer<byte>(blocks * BlockSize * _lanes))];
        _places = [.. Enumerable.Range(1, MaxBlocks).Select(_ => new int[_lanes])];
        _state = new SecretBuffer<uint>(8 * _lanes);
        _block = new SecretBuffer<uint>(BlockWords * _lanes);
        _halves = new SecretBuffer<UInt128>(_lanes);
    }

    /// <summary>Takes a message.</summary>
    /// <param name="place">Where its hash is written, now or later.</param>
    /// <param name="message">Any length.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int place, ReadOnlySpan<byte> message)
    {
        int blocks = (message.Length + Padding + BlockSize - 1) / BlockSize;
        if (blocks > MaxBlocks)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(message, hash);
            _hashes[place] = BinaryPrimitives.ReadUInt128BigEndian(hash);
            return;
        }

        ref byte rows = ref MemoryMarshal.GetReference(_rows[blocks - 1].Span);
        int lane = _waiting[blocks - 1]++;
        if (blocks == 1)
        {
            Pad(message, message.Length, ref Unsafe.Add(ref rows, (nint)lane * BlockSize));
        }
        else
        {
            // The first blocks of all messages, then the second ones; the bit behind a message may end the first.
            int first = Math.Min(BlockSize, message.Length);
            Pad(message[..first], 0, ref Unsafe.Add(ref rows, (nint)lane * BlockSize));
            Pad(message[first..], message.Length, ref Unsafe.Add(ref rows, (nint)(_lanes + lane) * BlockSize));
            if (first < BlockSize)
            {
                Unsafe.Add(ref rows, (nint)(_lanes + lane) * BlockSize) = 0;
            }
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

    /// <summary>Writes a block: what is left of a message, a one bit where there is room, zeros, and the message's length in bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pad(ReadOnlySpan<byte> rest, int length, ref byte block)
    {
        for (nuint i = 0; i < BlockSize; i += 16)
        {
            Vector128<byte>.Zero.StoreUnsafe(ref block, i);
        }

        ref byte from = ref MemoryMarshal.GetReference(rest);
        int at = 0;
        for (; at + 16 <= rest.Length; at += 16)
        {
            Vector128.LoadUnsafe(ref from, (nuint)at).StoreUnsafe(ref block, (nuint)at);
        }

        if (at > 0 && at < rest.Length)
        {
            // The last sixteen bytes; some of them are there already.
            Vector128.LoadUnsafe(ref from, (nuint)(rest.Length - 16)).StoreUnsafe(ref block, (nuint)(rest.Length - 16));
        }
        else
        {
            for (; at < rest.Length; at++)
            {
                Unsafe.Add(ref block, at) = Unsafe.Add(ref from, at);
            }
        }

        if (rest.Length < BlockSize)
        {
            Unsafe.Add(ref block, rest.Length) = 0x80;
        }

        if (length > 0)
        {
            int bits = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(8 * length) : 8 * length;
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref block, BlockSize - sizeof(int)), bits);
        }
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
