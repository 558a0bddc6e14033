using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VerticalFL.Alignment.Star;

/// <summary>Length-prefixed byte strings for hashes and key derivations: each part is its length (4 bytes, big endian) and its bytes.</summary>
internal sealed class Labelled
{
    private readonly ArrayBufferWriter<byte> _parts = new();

    public Labelled(string label) => Add(label);

    public ReadOnlySpan<byte> Bytes => _parts.WrittenSpan;

    public Labelled Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    public Labelled Add(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return Add(bytes);
    }

    public Labelled Add(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(_parts.GetSpan(4), bytes.Length);
        _parts.Advance(4);
        _parts.Write(bytes);
        return this;
    }

    /// <summary>HKDF-SHA256 (RFC 5869) with these bytes as info.</summary>
    public byte[] DeriveKey(ReadOnlySpan<byte> inputKey, ReadOnlySpan<byte> salt, int size)
    {
        byte[] key = new byte[size];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, inputKey, key, salt, Bytes);
        return key;
    }
}
