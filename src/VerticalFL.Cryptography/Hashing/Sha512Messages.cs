// SHA-512 of many messages of one length, several side by side.
//
// Reference: FIPS 180-4. Adversary: as SHA-512. Time depends on the number and the length of the messages only.
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing.Backends;

namespace VerticalFL.Cryptography.Hashing;

/// <summary>Chooses the backend that this processor runs fastest.</summary>
internal static class Sha512Messages
{
    private static readonly ISha512Backend Fastest = Supported()[^1];

    /// <summary>Hashes messages of one length.</summary>
    /// <param name="messages">n messages, one after the other.</param>
    /// <param name="length">The length of each, at least 1 byte.</param>
    /// <param name="hashes">n * 64 bytes.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void HashAll(ReadOnlySpan<byte> messages, int length, Span<byte> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (messages.Length % length != 0 || hashes.Length != (long)messages.Length / length * SHA512.HashSizeInBytes)
        {
            throw new ArgumentException(
                $"{messages.Length} bytes are not messages of {length} bytes, or {hashes.Length} bytes not their hashes.", nameof(messages));
        }

        Fastest.HashAll(messages, length, hashes);
    }

    /// <summary>The backends that this processor can run, slowest first.</summary>
    internal static ISha512Backend[] Supported()
    {
        List<ISha512Backend> backends = [new Sha512Backend<Sha512Lanes2, Vector128<ulong>>()];
        if (Vector256.IsHardwareAccelerated)
        {
            backends.Add(new Sha512Backend<Sha512Lanes4, Vector256<ulong>>());
        }

        if (Vector512.IsHardwareAccelerated)
        {
            backends.Add(new Sha512Backend<Sha512Lanes8, Vector512<ulong>>());
        }

        return [.. backends];
    }
}
