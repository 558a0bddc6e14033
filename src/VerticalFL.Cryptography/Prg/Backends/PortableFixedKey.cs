using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.Prg.Backends;

/// <summary>The hash through the platform's AES in ECB mode, a batch at a time.</summary>
internal sealed class PortableFixedKey : IFixedKeyBackend
{
    private const int Batch = 64;

    private readonly Aes _aes = Aes.Create();
    private readonly Lock _lock = new();

    public PortableFixedKey(ReadOnlySpan<byte> key) => _aes.SetKey(key);

    public void Hash(ulong domain, ulong first, ReadOnlySpan<Gf128> blocks, Span<Gf128> hashes)
    {
        Span<Gf128> inner = stackalloc Gf128[Batch];
        Span<Gf128> outer = stackalloc Gf128[Batch];
        for (int start = 0; start < blocks.Length; start += Batch)
        {
            int count = Math.Min(Batch, blocks.Length - start);
            Encrypt(blocks.Slice(start, count), inner[..count]);
            for (int i = 0; i < count; i++)
            {
                outer[i] = inner[i] ^ new Gf128(first + (ulong)(start + i), domain);
            }

            Encrypt(outer[..count], outer[..count]);
            for (int i = 0; i < count; i++)
            {
                hashes[start + i] = outer[i] ^ inner[i];
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(inner));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(outer));
    }

    public void Double(ulong domain, ulong first, ReadOnlySpan<Gf128> seeds, Span<Gf128> children)
    {
        Span<Gf128> twice = stackalloc Gf128[Batch];
        for (int start = 0; start < children.Length; start += Batch)
        {
            int count = Math.Min(Batch, children.Length - start);
            for (int i = 0; i < count; i++)
            {
                twice[i] = seeds[(start + i) / 2];
            }

            Hash(domain, (2 * first) + (ulong)start, twice[..count], children.Slice(start, count));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(twice));
    }

    public void Dispose() => _aes.Dispose();

    private void Encrypt(ReadOnlySpan<Gf128> source, Span<Gf128> destination)
    {
        // The platform's cipher object keeps state between calls.
        lock (_lock)
        {
            _aes.EncryptEcb(MemoryMarshal.AsBytes(source), MemoryMarshal.AsBytes(destination), PaddingMode.None);
        }
    }
}
