// SHA-256 of many short messages of different lengths, several side by side.
//
// Reference: FIPS 180-4. Messages of as many blocks share a register's lanes; the few that are longer than two blocks are hashed alone.
// Adversary: as SHA-256. Time depends on the messages' lengths only; messages are zeroed on disposal.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing.Backends;

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
    private readonly byte[][] _rows;
    private readonly int[][] _places;
    private readonly int[] _waiting = new int[MaxBlocks];
    private readonly uint[] _state;
    private readonly uint[] _block;
    private readonly UInt128[] _halves;
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
        _rows = [.. Enumerable.Range(1, MaxBlocks).Select(blocks => GC.AllocateArray<byte>(blocks * BlockSize * _lanes, pinned: true))];
        _places = [.. Enumerable.Range(1, MaxBlocks).Select(_ => new int[_lanes])];
        _state = GC.AllocateArray<uint>(8 * _lanes, pinned: true);
        _block = GC.AllocateArray<uint>(BlockWords * _lanes, pinned: true);
        _halves = GC.AllocateArray<UInt128>(_lanes, pinned: true);
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

        // The first blocks of all messages, then the second ones.
        Span<byte> rows = _rows[blocks - 1];
        int lane = _waiting[blocks - 1]++;
        Span<byte> last = rows.Slice(((blocks - 1) * BlockSize * _lanes) + (lane * BlockSize), BlockSize);
        last.Clear();
        if (blocks == 1)
        {
            message.CopyTo(last);
            last[message.Length] = 0x80;
        }
        else
        {
            Span<byte> one = rows.Slice(lane * BlockSize, BlockSize);
            one.Clear();
            message[..Math.Min(BlockSize, message.Length)].CopyTo(one);
            message[Math.Min(BlockSize, message.Length)..].CopyTo(last);
            (message.Length < BlockSize ? one : last)[message.Length % BlockSize] = 0x80;
        }

        BinaryPrimitives.WriteInt32BigEndian(last[^sizeof(int)..], 8 * message.Length);
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
        foreach (byte[] rows in _rows)
        {
            CryptographicOperations.ZeroMemory(rows);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_state.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_block.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_halves.AsSpan()));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compress(int blocks)
    {
        int count = _waiting[blocks - 1];
        if (count == 0)
        {
            return;
        }

        Sha256Tails.Begin(_state, _lanes);
        for (int block = 0; block < blocks; block++)
        {
            _backend.Enter(_rows[blocks - 1].AsSpan(block * BlockSize * _lanes, BlockSize * _lanes), _block);
            _backend.Compress(_state, _block);
        }

        _backend.Leave(_state, 0, _halves);
        for (int l = 0; l < count; l++)
        {
            _hashes[_places[blocks - 1][l]] = _halves[l];
        }

        _waiting[blocks - 1] = 0;
    }
}
