using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Okvs;

/// <summary>Turns keys into rows with AES-128 under the two halves of the seed, a batch at a time.</summary>
internal sealed class OkvsRowHash : IDisposable
{
    private readonly Aes _first = Aes.Create();
    private readonly Aes _second = Aes.Create();
    private readonly ulong _sparse;
    private byte[] _blocks = [];

    public OkvsRowHash(byte[] seed, OkvsShape shape)
    {
        _first.Key = seed[..16];
        _second.Key = seed[16..];
        _sparse = (ulong)shape.Sparse;
    }

    public void Fill(ReadOnlySpan<byte> keys, Span<OkvsRow> rows)
    {
        if (_blocks.Length < 2 * keys.Length)
        {
            _blocks = new byte[2 * keys.Length];
        }

        Span<byte> first = _blocks.AsSpan(0, keys.Length);
        Span<byte> second = _blocks.AsSpan(keys.Length, keys.Length);
        _first.EncryptEcb(keys, first, PaddingMode.None);
        _second.EncryptEcb(keys, second, PaddingMode.None);
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<byte> one = first.Slice(i * 16, 16);
            ReadOnlySpan<byte> two = second.Slice(i * 16, 16);

            // A uniform ordered triple: the second is drawn from the m - 1 columns that are left, the third from m - 2.
            int a = Reduce(BinaryPrimitives.ReadUInt64LittleEndian(one), _sparse);
            int b = Reduce(BinaryPrimitives.ReadUInt64LittleEndian(one[8..]), _sparse - 1);
            int c = Reduce(BinaryPrimitives.ReadUInt64LittleEndian(two), _sparse - 2);
            b += b >= a ? 1 : 0;
            int low = Math.Min(a, b);
            int high = Math.Max(a, b);
            c += c >= low ? 1 : 0;
            c += c >= high ? 1 : 0;
            rows[i] = new OkvsRow(a, b, c, BinaryPrimitives.ReadUInt64LittleEndian(two[8..]));
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    // Bias at most range / 2^64.
    private static int Reduce(ulong value, ulong range) => (int)Math.BigMul(value, range, out _);
}
