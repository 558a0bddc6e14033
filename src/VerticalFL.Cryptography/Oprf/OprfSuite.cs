// An oblivious pseudorandom function on byte strings: 2HashDH over ristretto255 with SHA-512.
//
// Reference: RFC 9497 sections 3.3.1 (mode OPRF, 0x00) and 4.1 (ristretto255-SHA512); Jarecki, Kiayias, Krawczyk 2014 for 2HashDH.
// Parameters: group order 2^252.. (126-bit discrete logarithms), output 64 bytes.
// Adversary: the output is pseudorandom to whoever lacks the key (one-more gap Diffie-Hellman, random oracles); the blinded element is a
// uniform group element, so the key holder learns nothing about the input, whatever it does. Nothing proves which key was used (mode 0x00).
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Ristretto255;

namespace VerticalFL.Cryptography.Oprf;

/// <summary>The single-item functions of RFC 9497 under one hash-to-group domain tag.</summary>
internal sealed class OprfSuite
{
    public const int OutputSize = SHA512.HashSizeInBytes;

    private const int MaxInput = ushort.MaxValue;

    private readonly byte[] _groupTag;

    private OprfSuite(ReadOnlySpan<byte> groupTag) => _groupTag = groupTag.ToArray();

    /// <summary>OPRF(ristretto255, SHA-512) exactly as RFC 9497 defines it.</summary>
    public static OprfSuite Rfc9497 { get; } = new("HashToGroup-OPRFV1-\0-ristretto255-SHA512"u8);

    /// <summary>The same with a domain tag of ours: no value of an alignment can meet one of another RFC 9497 deployment.</summary>
    public static OprfSuite Alignment { get; } = new("vfl/v1/psi/oprf-with-ristretto255_XMD:SHA-512_R255MAP_RO_"u8);

    /// <summary>The element of an input; the identity cannot be hit in practice and is refused by <see cref="Blind"/>.</summary>
    public RistrettoPoint HashToGroup(ReadOnlySpan<byte> input) => Ristretto255.HashToGroup.Hash(input, _groupTag);

    /// <summary>The 64 uniform bytes from which <see cref="HashToGroup"/> derives the element.</summary>
    public void Expand(ReadOnlySpan<byte> input, Span<byte> uniform) => Ristretto255.HashToGroup.ExpandMessage(input, _groupTag, uniform);

    /// <summary><see cref="Expand"/> for many inputs of one length, one after the other.</summary>
    /// <param name="inputs">n inputs.</param>
    /// <param name="length">The length of each.</param>
    /// <param name="uniform">n * 64 bytes.</param>
    public void ExpandAll(ReadOnlySpan<byte> inputs, int length, Span<byte> uniform) =>
        Ristretto255.HashToGroup.ExpandMessages(inputs, length, _groupTag, uniform);

    /// <summary>Blind of RFC 9497 with the blind given.</summary>
    /// <exception cref="ArgumentException">The input is too long, or it hashes to the identity.</exception>
    public RistrettoPoint Blind(ReadOnlySpan<byte> input, in Scalar blind)
    {
        CheckInput(input);
        RistrettoPoint element = HashToGroup(input);
        return element.IsIdentity
            ? throw new ArgumentException("This input hashes to the identity and has no blinded element.", nameof(input))
            : blind * element;
    }

    /// <summary>BlindEvaluate of RFC 9497.</summary>
    public static RistrettoPoint BlindEvaluate(in Scalar key, in RistrettoPoint blindedElement) => key * blindedElement;

    /// <summary>Finalize of RFC 9497: removes the blind and hashes to <see cref="OutputSize"/> bytes.</summary>
    public static void FinalizeOutput(
        ReadOnlySpan<byte> input, in Scalar blind, in RistrettoPoint evaluatedElement, Span<byte> output)
    {
        CheckInput(input);
        Span<byte> element = stackalloc byte[RistrettoPoint.Size];
        (blind.Invert() * evaluatedElement).Encode(element);
        HashOutput(input, element, output);
    }

    /// <summary>Evaluate of RFC 9497: what <see cref="FinalizeOutput"/> gives the other side for the same input.</summary>
    public void Evaluate(in Scalar key, ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<byte> element = stackalloc byte[RistrettoPoint.Size];
        Blind(input, key).Encode(element);
        HashOutput(input, element, output);
    }

    /// <summary>SHA-512 over the length-prefixed input, the length-prefixed element and "Finalize".</summary>
    public static void HashOutput(ReadOnlySpan<byte> input, ReadOnlySpan<byte> element, Span<byte> output)
    {
        ReadOnlySpan<byte> label = "Finalize"u8;
        int length = 2 + input.Length + 2 + element.Length + label.Length;
        Span<byte> message = length <= 256 ? stackalloc byte[256] : new byte[length];
        message = message[..length];
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)input.Length);
        input.CopyTo(message[2..]);
        BinaryPrimitives.WriteUInt16BigEndian(message[(2 + input.Length)..], (ushort)element.Length);
        element.CopyTo(message[(4 + input.Length)..]);
        label.CopyTo(message[^label.Length..]);
        SHA512.HashData(message, output);
    }

    /// <summary><see cref="HashOutput"/> for many inputs of one length, one after the other.</summary>
    /// <param name="inputs">n inputs.</param>
    /// <param name="length">The length of each.</param>
    /// <param name="elements">n * 32 bytes.</param>
    /// <param name="outputs">n * 64 bytes.</param>
    public static void HashOutputs(ReadOnlySpan<byte> inputs, int length, ReadOnlySpan<byte> elements, Span<byte> outputs)
    {
        ReadOnlySpan<byte> label = "Finalize"u8;
        int count = elements.Length / RistrettoPoint.Size, size = 2 + length + 2 + RistrettoPoint.Size + label.Length;
        byte[] messages = ArrayPool<byte>.Shared.Rent(count * size);
        for (int i = 0; i < count; i++)
        {
            Span<byte> message = messages.AsSpan(i * size, size);
            BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)length);
            inputs.Slice(i * length, length).CopyTo(message[2..]);
            BinaryPrimitives.WriteUInt16BigEndian(message[(2 + length)..], RistrettoPoint.Size);
            elements.Slice(i * RistrettoPoint.Size, RistrettoPoint.Size).CopyTo(message[(4 + length)..]);
            label.CopyTo(message[^label.Length..]);
        }

        Sha512Messages.HashAll(messages.AsSpan(0, count * size), size, outputs);
        CryptographicOperations.ZeroMemory(messages.AsSpan(0, count * size));
        ArrayPool<byte>.Shared.Return(messages);
    }

    private static void CheckInput(ReadOnlySpan<byte> input)
    {
        if (input.Length > MaxInput)
        {
            throw new ArgumentException($"An input has at most {MaxInput} bytes, not {input.Length}.", nameof(input));
        }
    }
}
