// Hashing of byte strings to ristretto255.
//
// Reference: RFC 9380 section 5.3.1 (expand_message_xmd with SHA-512) and appendix B (hash_to_ristretto255).
// Time depends on the message's length only.
using System.Buffers;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;

namespace VerticalFL.Cryptography.Ristretto255;

/// <summary>hash_to_ristretto255 with expand_message_xmd and SHA-512.</summary>
public static class HashToGroup
{
    private const int BlockBytes = 128;
    private const int HashBytes = SHA512.HashSizeInBytes;
    private const int StackBytes = 1024;

    /// <summary>The element that a message hashes to.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="domainTag">1 to 255 bytes that no other use of the group shares.</param>
    /// <exception cref="ArgumentException">The tag is empty or longer than 255 bytes.</exception>
    public static RistrettoPoint Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> domainTag)
    {
        Span<byte> uniform = stackalloc byte[RistrettoPoint.UniformSize];
        ExpandMessage(message, domainTag, uniform);
        return RistrettoPoint.FromUniformBytes(uniform);
    }

    /// <summary>The scalar that a message hashes to (RFC 9497 section 4.1).</summary>
    /// <inheritdoc cref="Hash" path="/param"/>
    /// <exception cref="ArgumentException">The tag is empty or longer than 255 bytes.</exception>
    public static Scalar HashToScalar(ReadOnlySpan<byte> message, ReadOnlySpan<byte> domainTag)
    {
        Span<byte> uniform = stackalloc byte[Scalar.UniformSize];
        ExpandMessage(message, domainTag, uniform);
        return Scalar.FromUniformBytes(uniform);
    }

    /// <summary>expand_message_xmd with SHA-512: fills <paramref name="destination"/>, at most 16,320 bytes, with uniform bytes.</summary>
    /// <exception cref="ArgumentException">The tag is empty or too long, or the destination is.</exception>
    internal static void ExpandMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> domainTag, Span<byte> destination)
    {
        if (domainTag.Length is 0 or > 255)
        {
            throw new ArgumentException($"A domain tag has 1 to 255 bytes, not {domainTag.Length}.", nameof(domainTag));
        }

        if (destination.Length > 255 * HashBytes)
        {
            throw new ArgumentException($"At most {255 * HashBytes} bytes can be expanded, not {destination.Length}.", nameof(destination));
        }

        // b_0 = H(zero block, message, length of the output, 0, tag, length of the tag).
        int length = BlockBytes + message.Length + 3 + domainTag.Length + 1;
        Span<byte> input = length <= StackBytes ? stackalloc byte[StackBytes] : new byte[length];
        input = input[..length];
        input.Clear();
        message.CopyTo(input[BlockBytes..]);
        Span<byte> rest = input[(BlockBytes + message.Length)..];
        rest[0] = (byte)(destination.Length >> 8);
        rest[1] = (byte)destination.Length;
        domainTag.CopyTo(rest[3..]);
        rest[^1] = (byte)domainTag.Length;
        Span<byte> b0 = stackalloc byte[HashBytes];
        SHA512.HashData(input, b0);

        // b_i = H(b_0 xor b_(i-1), i, tag, length of the tag), with b_0 itself for i = 1.
        Span<byte> block = stackalloc byte[HashBytes + 1 + 256];
        block = block[..(HashBytes + 1 + domainTag.Length + 1)];
        domainTag.CopyTo(block[(HashBytes + 1)..]);
        block[^1] = (byte)domainTag.Length;
        Span<byte> previous = stackalloc byte[HashBytes];
        previous.Clear();
        for (byte i = 1; destination.Length > 0; i++)
        {
            for (int k = 0; k < HashBytes; k++)
            {
                block[k] = (byte)(b0[k] ^ previous[k]);
            }

            block[HashBytes] = i;
            SHA512.HashData(block, previous);
            int take = Math.Min(HashBytes, destination.Length);
            previous[..take].CopyTo(destination);
            destination = destination[take..];
        }
    }

    /// <summary>expand_message_xmd with SHA-512 to 64 bytes for many messages of one length, several side by side.</summary>
    /// <param name="messages">n messages, one after the other.</param>
    /// <param name="length">The length of each, at least 1 byte.</param>
    /// <param name="domainTag">1 to 255 bytes.</param>
    /// <param name="uniform">n * 64 bytes.</param>
    internal static void ExpandMessages(ReadOnlySpan<byte> messages, int length, ReadOnlySpan<byte> domainTag, Span<byte> uniform)
    {
        // b_0 = H(zero block, message, 64 as two bytes, 0, tag, length of the tag); b_1 = H(b_0, 1, tag, length of the tag).
        int count = uniform.Length / HashBytes, tagBytes = domainTag.Length + 1;
        int size0 = BlockBytes + length + 3 + tagBytes, size1 = HashBytes + 1 + tagBytes, size = Math.Max(size0, size1);
        byte[] memory = ArrayPool<byte>.Shared.Rent(count * (size + HashBytes));
        Span<byte> hashes = memory.AsSpan(0, count * HashBytes), inputs = memory.AsSpan(hashes.Length, count * size0);
        inputs.Clear();
        for (int i = 0; i < count; i++)
        {
            Span<byte> rest = inputs.Slice((i * size0) + BlockBytes, size0 - BlockBytes);
            messages.Slice(i * length, length).CopyTo(rest);
            rest[length + 1] = HashBytes;
            domainTag.CopyTo(rest[(length + 3)..]);
            rest[^1] = (byte)domainTag.Length;
        }

        Sha512Messages.HashAll(inputs, size0, hashes);
        inputs = memory.AsSpan(hashes.Length, count * size1);
        for (int i = 0; i < count; i++)
        {
            Span<byte> input = inputs.Slice(i * size1, size1);
            hashes.Slice(i * HashBytes, HashBytes).CopyTo(input);
            input[HashBytes] = 1;
            domainTag.CopyTo(input[(HashBytes + 1)..]);
            input[^1] = (byte)domainTag.Length;
        }

        Sha512Messages.HashAll(inputs, size1, uniform);
        CryptographicOperations.ZeroMemory(memory.AsSpan(0, count * (size + HashBytes)));
        ArrayPool<byte>.Shared.Return(memory);
    }
}
