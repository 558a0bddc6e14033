using System.Buffers.Binary;
using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Training.Engines;

/// <summary>The secret seed of each of a model's members, from the one seed of the whole: their first weights and dropout have nothing in common.</summary>
internal static class MemberSeed
{
    private const string KeyLabel = $"{KeyLabels.Prefix}member";
    private const int Size = 32;

    /// <param name="seed">The whole model's seed, 32 bytes.</param>
    /// <param name="member">The member's place, from 0.</param>
    /// <returns>32 bytes, which the caller zeroes.</returns>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static byte[] Of(ReadOnlySpan<byte> seed, int member)
    {
        if (seed.Length != Size)
        {
            throw new ArgumentException($"A model's seed has {Size} bytes, not {seed.Length}.", nameof(seed));
        }

        byte[] place = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(place, member);
        byte[] derived = new byte[Size];
        KeyDerivation.Derive(seed, [], KeyLabel, derived, place);
        return derived;
    }
}
