using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Training.Privacy;

/// <summary>Whole numbers drawn uniformly from an AES-256-CTR key stream, by rejection and without any bias. Disposing zeroes the key and what is left.</summary>
internal sealed class NoiseStream(ReadOnlySpan<byte> key) : IDisposable
{
    private readonly AesCtr _stream = new(key);
    private readonly byte[] _buffer = new byte[8192];
    private ulong _block;
    private int _at = 8192;

    /// <summary>64 bits.</summary>
    public ulong Next()
    {
        if (_at == _buffer.Length)
        {
            _stream.Fill(0, _block, _buffer);
            _block += (ulong)(_buffer.Length / AesCtr.BlockSize);
            _at = 0;
        }

        ulong word = BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(_at));
        _at += sizeof(ulong);
        return word;
    }

    /// <summary>0 to <paramref name="bound"/> - 1, each as probable as any other.</summary>
    public UInt128 Below(UInt128 bound)
    {
        UInt128 most = bound - 1;
        if (most <= ulong.MaxValue)
        {
            ulong narrow = ulong.MaxValue >> BitOperations.LeadingZeroCount((ulong)most | 1);
            while (true)
            {
                ulong drawn = Next() & narrow;
                if (drawn <= most)
                {
                    return drawn;
                }
            }
        }

        UInt128 mask = UInt128.MaxValue >> (int)UInt128.LeadingZeroCount(most);
        while (true)
        {
            UInt128 drawn = new UInt128(Next(), Next()) & mask;
            if (drawn <= most)
            {
                return drawn;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
        CryptographicOperations.ZeroMemory(_buffer);
    }
}
