using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Training.LabelProtection;

/// <summary>
/// The normal numbers of one step: AES-256-CTR under a key of its own, HKDF over the run's seed, what the noise is for, the step and the hash of the gradients.
/// </summary>
/// <remarks>
/// A step that is repeated after an interruption so repeats its noise, bit for bit, and shows nothing twice; other gradients at the same step get other
/// noise, so that no draw ever covers two of them. Disposing zeroes the key.
/// </remarks>
internal sealed class StepNoise : IDisposable
{
    private const double Unit = 1.0 / (1UL << 53);
    private readonly AesCtr _stream;

    public StepNoise(NoiseSeed seed, byte[] purpose, long step, ReadOnlySpan<float> gradient)
    {
        byte[] number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, step);
        byte[] content = SHA256.HashData(MemoryMarshal.AsBytes(gradient));
        using SecretKey key = SecretKey.Derive(seed.Bytes, [], KeyLabels.Noise, AesCtr.KeySize, purpose, number, content);
        _stream = new AesCtr(key.Bytes);
    }

    /// <summary>The normal number of a row: the cosine of block number row.</summary>
    public double Of(int row)
    {
        Span<byte> block = stackalloc byte[AesCtr.BlockSize];
        _stream.Fill(0, (ulong)row, block);
        (double cosine, _) = Pair(block);
        return cosine;
    }

    /// <summary>Many normal numbers of a row: cosine and sine of the blocks 0, 1, ... with the row as prefix.</summary>
    public void Fill(int row, Span<double> numbers)
    {
        Span<byte> block = stackalloc byte[AesCtr.BlockSize];
        for (int i = 0; i < numbers.Length; i += 2)
        {
            _stream.Fill((ulong)row, (ulong)(i / 2), block);
            (double cosine, double sine) = Pair(block);
            numbers[i] = cosine;
            if (i + 1 < numbers.Length)
            {
                numbers[i + 1] = sine;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // Box and Muller 1958, of two 64-bit little-endian words. u is in (0, 1], so that the logarithm is finite.
    private static (double Cosine, double Sine) Pair(ReadOnlySpan<byte> block)
    {
        double u = ((BinaryPrimitives.ReadUInt64LittleEndian(block) >> 11) + 1) * Unit;
        double v = (BinaryPrimitives.ReadUInt64LittleEndian(block[sizeof(ulong)..]) >> 11) * Unit;
        double radius = Math.Sqrt(-2 * Math.Log(u));
        return (radius * Math.Cos(2 * Math.PI * v), radius * Math.Sin(2 * Math.PI * v));
    }
}
