// HKDF-Expand from many secrets with one info, several side by side.
//
// Reference: RFC 5869 section 2.3 with SHA-256, RFC 2104 for HMAC: T(1) = HMAC(secret, info || 1), of which the first half is taken.
// Parameters: secrets of 64 bytes, the block of SHA-256, so that each of HMAC's passes begins with one block made of the secret.
// Adversary: as HKDF-SHA256. Constant time in secrets; what is left of them is zeroed on disposal.
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Hashing.Backends;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Cryptography.Keys;

/// <summary>16-byte keys from many uniform secrets of 64 bytes, all under one info. Not safe for concurrent use.</summary>
public sealed class KeyExpansion : IDisposable
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretSize = BlockSize;

    /// <summary>The most bytes of an info.</summary>
    public const int MaxInfo = BlockSize - Padding - 1;

    private const int BlockSize = 64;
    private const int BlockWords = 16;
    private const int StateWords = 8;

    // A one bit and a length of 8 bytes.
    private const int Padding = 9;

    private readonly ISha256Backend _backend;
    private readonly int _lanes;
    private readonly SecretBuffer<byte> _rows;
    private readonly SecretBuffer<uint> _inner;
    private readonly SecretBuffer<uint> _outer;
    private readonly SecretBuffer<uint> _block;
    private readonly SecretBuffer<UInt128> _halves;

    /// <summary>Room for secrets, on this processor's fastest backend.</summary>
    public KeyExpansion()
        : this(Sha256Tails.Supported()[^1])
    {
    }

    internal KeyExpansion(ISha256Backend backend)
    {
        _backend = backend;
        _lanes = backend.Lanes;
        _rows = new SecretBuffer<byte>(BlockSize * _lanes);
        _inner = new SecretBuffer<uint>(StateWords * _lanes);
        _outer = new SecretBuffer<uint>(StateWords * _lanes);
        _block = new SecretBuffer<uint>(BlockWords * _lanes);
        _halves = new SecretBuffer<UInt128>(_lanes);
    }

    /// <summary>Expands every secret.</summary>
    /// <param name="secrets">n * 64 uniform bytes.</param>
    /// <param name="info">Public, at most 54 bytes: what the keys are for.</param>
    /// <param name="keys">Receives n keys of 16 bytes, read big-endian.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public void Expand(ReadOnlySpan<byte> secrets, ReadOnlySpan<byte> info, Span<UInt128> keys)
    {
        if (info.Length > MaxInfo || secrets.Length != (long)keys.Length * SecretSize)
        {
            throw new ArgumentException(
                $"{keys.Length} keys need as many secrets of {SecretSize} bytes, not {secrets.Length} bytes, and an info of at most {MaxInfo} bytes.",
                nameof(secrets));
        }

        for (int first = 0; first < keys.Length; first += _lanes)
        {
            int count = Math.Min(_lanes, keys.Length - first);
            ReadOnlySpan<byte> some = secrets.Slice(first * SecretSize, count * SecretSize);
            Begin(_inner.Span, some, 0x36);
            Begin(_outer.Span, some, 0x5c);
            Finish(info);
            _halves.Span[..count].CopyTo(keys[first..]);
        }
    }

    /// <summary>Zeroes what is left of secrets and keys.</summary>
    public void Dispose()
    {
        _rows.Dispose();
        _inner.Dispose();
        _outer.Dispose();
        _block.Dispose();
        _halves.Dispose();
    }

    // The state behind the block that a pass of HMAC makes of each secret. Lanes without a secret compute on what they held before.
    private void Begin(Span<uint> state, ReadOnlySpan<byte> secrets, byte pad)
    {
        Span<byte> rows = _rows.Span;
        var pads = Vector128.Create(pad);
        for (int i = 0; i < secrets.Length; i += Vector128<byte>.Count)
        {
            (Vector128.Create(secrets[i..]) ^ pads).CopyTo(rows[i..]);
        }

        Sha256Tails.Begin(state, _lanes);
        _backend.Enter(rows, _block.Span);
        _backend.Compress(state, _block.Span);
    }

    private void Finish(ReadOnlySpan<byte> info)
    {
        Span<byte> last = stackalloc byte[BlockSize];
        last.Clear();
        info.CopyTo(last);
        last[info.Length] = 1;
        last[info.Length + 1] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(last[^sizeof(int)..], 8 * (BlockSize + info.Length + 1));
        Span<uint> block = _block.Span, inner = _inner.Span;
        for (int word = 0; word < BlockWords; word++)
        {
            Fill(block, word, BinaryPrimitives.ReadUInt32BigEndian(last[(4 * word)..]));
        }

        _backend.Compress(inner, block);

        // The inner hash lies in the layout of a block already.
        inner.CopyTo(block);
        for (int word = StateWords; word < BlockWords; word++)
        {
            Fill(block, word, word == StateWords ? 0x80000000 : word == BlockWords - 1 ? 8 * (BlockSize + SHA256.HashSizeInBytes) : 0u);
        }

        _backend.Compress(_outer.Span, block);
        _backend.Leave(_outer.Span, 0, _halves.Span);
    }

    private void Fill(Span<uint> block, int word, uint value) => block.Slice(word * _lanes, _lanes).Fill(value);
}
