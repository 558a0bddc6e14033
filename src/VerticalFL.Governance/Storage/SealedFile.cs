// Sealed file: AES-256-GCM in chunks, bound to a context.
// Reference: NIST SP 800-38D (GCM), RFC 5869 (HKDF); nonces by counter under a key that is used for one file only, as in
//   Hoang, Reyhanitabar, Rogaway, Vizar 2015, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (STREAM).
// Parameters: salt 32 bytes, chunk 1 MiB, tag 16 bytes, nonce = chunk number; the length stands in the authenticated header, so
//   a cut, a longer or a reordered file is refused. The layout is in protocols/governance/README.md.
// Adversary: reads, changes, swaps and rolls back files at will; gets the storage key never. Rolling a *whole* file back to an older one
//   of the same context is not detected here: the generation in the context is what its user counts.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VerticalFL.Governance.Storage;

/// <summary>Files that only this party can read, and only as what they were written as.</summary>
public static class SealedFile
{
    private const int SaltSize = 32;
    private const int TagSize = 16;
    private const int NonceSize = 12;
    private const int ChunkSize = 1 << 20;
    private const int HeaderSize = 8 + SaltSize + 8;

    private static ReadOnlySpan<byte> Magic => "VFLSEAL1"u8;

    /// <summary>Seals and writes, atomically and durably; what stood there is replaced. One writer per file at a time.</summary>
    /// <param name="key">The party's storage key.</param>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="context">What the file is.</param>
    /// <param name="content">The content.</param>
    /// <exception cref="IOException">The disk refused; the old content stands and no temporary file is left.</exception>
    public static void Write(StorageKey key, string path, SealContext context, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(context);
        PendingFile.RemoveStrays(path);
        using var pending = new PendingFile(path, AtomicFile.OwnerOnly);
        WriteTo(pending.Stream, key, context, content, RandomNumberGenerator.GetBytes(SaltSize));
        pending.Commit();
    }

    /// <summary>Seals with a given salt, which must never be used twice: only the vectors' test chooses one.</summary>
    internal static void WriteTo(Stream stream, StorageKey key, SealContext context, ReadOnlySpan<byte> content, ReadOnlySpan<byte> salt)
    {
        byte[] header = new byte[HeaderSize];
        Magic.CopyTo(header);
        salt.CopyTo(header.AsSpan(8, SaltSize));
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(8 + SaltSize), content.Length);

        using var cipher = new Cipher(key, context, header);
        stream.Write(header);
        byte[] sealedChunk = new byte[Math.Min(content.Length, ChunkSize) + TagSize];
        for (int chunk = 0, offset = 0; chunk < Chunks(content.Length); chunk++)
        {
            int length = Math.Min(ChunkSize, content.Length - offset);
            cipher.Seal(chunk, content.Slice(offset, length), sealedChunk.AsSpan(0, length), sealedChunk.AsSpan(length, TagSize));
            stream.Write(sealedChunk, 0, length + TagSize);
            offset += length;
        }
    }

    /// <summary>Reads and opens.</summary>
    /// <param name="key">The party's storage key.</param>
    /// <param name="path">The file.</param>
    /// <param name="context">What the file must be.</param>
    /// <param name="maxBytes">The largest content that is accepted; nothing larger is allocated.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="StorageException">The file was changed, cut, swapped or sealed by another key, or its content is too large.</exception>
    public static byte[] Read(StorageKey key, string path, SealContext context, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(context);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] header = new byte[HeaderSize];
        if (stream.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize || !header.AsSpan().StartsWith(Magic))
        {
            throw Refused(path);
        }

        // maxBytes bounds the length before the multiplication, so nothing overflows.
        long length = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8 + SaltSize));
        if (length < 0 || length > maxBytes || stream.Length != HeaderSize + length + (Chunks(length) * TagSize))
        {
            throw Refused(path);
        }

        byte[] content = new byte[length];
        using var cipher = new Cipher(key, context, header);
        byte[] sealedChunk = new byte[Math.Min(length, ChunkSize) + TagSize];
        for (long chunk = 0, offset = 0; chunk < Chunks(length); chunk++)
        {
            int size = (int)Math.Min(ChunkSize, length - offset);
            stream.ReadExactly(sealedChunk, 0, size + TagSize);
            if (!cipher.TryOpen(chunk, sealedChunk.AsSpan(0, size), sealedChunk.AsSpan(size, TagSize), content.AsSpan((int)offset, size)))
            {
                CryptographicOperations.ZeroMemory(content);
                throw Refused(path);
            }

            offset += size;
        }

        return content;
    }

    private static long Chunks(long length) => Math.Max(1, (length + ChunkSize - 1) / ChunkSize);

    private static StorageException Refused(string path) => new(
        $"The sealed file '{path}' cannot be opened: it was changed or cut, belongs to something else, or was sealed by another key; remove it to start over, or restore it with its key.");

    private sealed class Cipher : IDisposable
    {
        private readonly AesGcm _gcm;
        private readonly byte[] _associated;

        public Cipher(StorageKey key, SealContext context, ReadOnlySpan<byte> header)
        {
            byte[] fileKey = key.Derive(context.Kind, header.Slice(8, SaltSize));
            _gcm = new AesGcm(fileKey, TagSize);
            CryptographicOperations.ZeroMemory(fileKey);
            _associated = [.. header, .. context.ToBytes()];
        }

        public void Seal(long chunk, ReadOnlySpan<byte> plain, Span<byte> sealedBytes, Span<byte> tag) =>
            _gcm.Encrypt(Nonce(chunk), plain, sealedBytes, tag, _associated);

        public bool TryOpen(long chunk, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> tag, Span<byte> plain)
        {
            try
            {
                _gcm.Decrypt(Nonce(chunk), sealedBytes, tag, plain, _associated);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        public void Dispose() => _gcm.Dispose();

        private static byte[] Nonce(long chunk)
        {
            byte[] nonce = new byte[NonceSize];
            BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), chunk);
            return nonce;
        }
    }
}
