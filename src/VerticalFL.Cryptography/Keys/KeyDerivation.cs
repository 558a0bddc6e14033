// Keys from secrets, one per use.
//
// Reference: RFC 5869 (HKDF) with SHA-256; Krawczyk 2010.
// info = u16 length of the label, label, then u32 length and bytes of each input (big-endian): no two (label, inputs) share an info.
// Adversary: keys under different labels, inputs or salts are independent to whoever lacks the secret, given 128 bits of entropy in it.
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VerticalFL.Cryptography.Keys;

/// <summary>HKDF-SHA256 under domain labels.</summary>
public static class KeyDerivation
{
    /// <summary>The most bytes that one derivation gives (RFC 5869: 255 hashes).</summary>
    public const int MaxBytes = 255 * SHA256.HashSizeInBytes;

    private const int MaxLabel = 255;

    /// <summary>Fills <paramref name="key"/> from a secret.</summary>
    /// <param name="secret">
    /// Input keying material with at least 128 bits of entropy; parts that are joined have fixed lengths or length prefixes.
    /// </param>
    /// <param name="salt">Public, may be empty; binds the key to a study, run and attempt (see <see cref="HashInputs"/>).</param>
    /// <param name="label">One of <see cref="KeyLabels"/>: printable ASCII beginning with "vfl/v1/".</param>
    /// <param name="key">1 to 8,160 bytes.</param>
    /// <param name="inputs">Public context, each length-prefixed into HKDF's info.</param>
    /// <exception cref="ArgumentException">The label is not ours, the secret is empty or the length is out of range.</exception>
    public static void Derive(
        ReadOnlySpan<byte> secret,
        ReadOnlySpan<byte> salt,
        string label,
        Span<byte> key,
        params ReadOnlySpan<ReadOnlyMemory<byte>> inputs)
    {
        if (secret.IsEmpty)
        {
            throw new ArgumentException("A key needs a secret to be derived from; it is empty.", nameof(secret));
        }

        if (key.Length is 0 or > MaxBytes)
        {
            throw new ArgumentException($"A derived key has 1 to {MaxBytes} bytes, not {key.Length}.", nameof(key));
        }

        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, Join(label, inputs));
    }

    /// <summary>SHA-256 over a label and length-prefixed inputs, encoded as in <see cref="Derive"/>: for salts and identifiers.</summary>
    /// <param name="label">Printable ASCII beginning with "vfl/v1/".</param>
    /// <param name="inputs">Any byte strings.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="ArgumentException">The label is not one of ours.</exception>
    public static byte[] HashInputs(string label, params ReadOnlySpan<ReadOnlyMemory<byte>> inputs) =>
        SHA256.HashData(Join(label, inputs));

    private static ReadOnlySpan<byte> Join(string label, ReadOnlySpan<ReadOnlyMemory<byte>> inputs)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (!label.StartsWith(KeyLabels.Prefix, StringComparison.Ordinal)
            || label.Length > MaxLabel
            || label.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException(
                $"A label begins with '{KeyLabels.Prefix}' and has at most {MaxLabel} printable characters, unlike '{label}'.",
                nameof(label));
        }

        var joined = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteUInt16BigEndian(joined.GetSpan(2), (ushort)label.Length);
        joined.Advance(2);
        joined.Advance(Encoding.ASCII.GetBytes(label, joined.GetSpan(label.Length)));
        foreach (ReadOnlyMemory<byte> input in inputs)
        {
            BinaryPrimitives.WriteUInt32BigEndian(joined.GetSpan(4), (uint)input.Length);
            joined.Advance(4);
            joined.Write(input.Span);
        }

        return joined.WrittenSpan;
    }
}
