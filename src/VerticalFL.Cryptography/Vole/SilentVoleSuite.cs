// What both sides of the silent VOLE compute alike; see SilentVoleReceiver.cs.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Vole;

internal static class SilentVoleSuite
{
    /// <summary>The tweak domain of the transfers' pads; trees have those from 256 on.</summary>
    public const ulong PadDomain = 1;

    // Weights and what they weigh stay in the L1 cache.
    private const int WeighedTogether = 512;

    /// <summary>Bytes of the proof.</summary>
    public const int ProofSize = 32;

    public static TweakableHash CreateHash(byte[] session) =>
        new(KeyDerivation.HashInputs("vfl/v1/vole/hash", session).AsSpan(0, TweakableHash.KeySize));

    public static byte[] Proof(byte[] session, Gf128 value)
    {
        byte[] bytes = new byte[Gf128.Size];
        value.Write(bytes);
        byte[] proof = KeyDerivation.HashInputs("vfl/v1/vole/proof", session, bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return proof;
    }

    /// <summary>The check's key, fixed by all that was sent before.</summary>
    public static byte[] CheckKey(byte[] session, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> sums) =>
        KeyDerivation.HashInputs("vfl/v1/vole/check", session, answer, sums);

    /// <summary>The sum of a vector's elements, each times its public weight.</summary>
    /// <param name="checkKey">What the weights come from.</param>
    /// <param name="firstHalf">The first half of the vector.</param>
    /// <param name="secondHalf">The other half.</param>
    public static Gf128 Weigh(byte[] checkKey, ReadOnlySpan<Gf128> firstHalf, ReadOnlySpan<Gf128> secondHalf)
    {
        using var stream = new AesCtr(checkKey);
        return Weigh(stream, 0, firstHalf, []).One ^ Weigh(stream, firstHalf.Length, secondHalf, []).One;
    }

    /// <summary>The sums of the elements of two vectors, each times its public weight.</summary>
    /// <param name="checkKey">What the weights come from.</param>
    /// <param name="one">The first half of a vector.</param>
    /// <param name="two">The first half of another.</param>
    /// <param name="pairs">The other halves of both, in turns, one's first.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Gf128 One, Gf128 Two) Weigh(byte[] checkKey, ReadOnlySpan<Gf128> one, ReadOnlySpan<Gf128> two, ReadOnlySpan<Gf128> pairs)
    {
        using var stream = new AesCtr(checkKey);
        (Gf128 ofOne, Gf128 ofTwo) = Weigh(stream, 0, one, two);
        Gf128[] apart = GC.AllocateArray<Gf128>(2 * WeighedTogether, pinned: true);
        for (int start = 0; start < one.Length; start += WeighedTogether)
        {
            int count = Math.Min(WeighedTogether, one.Length - start);
            Span<Gf128> ones = apart.AsSpan(0, count), twos = apart.AsSpan(WeighedTogether, count);
            ReadOnlySpan<Gf128> some = pairs.Slice(2 * start, 2 * count);
            for (int i = 0; i < ones.Length; i++)
            {
                ones[i] = some[2 * i];
                twos[i] = some[(2 * i) + 1];
            }

            (Gf128 moreOfOne, Gf128 moreOfTwo) = Weigh(stream, one.Length + start, ones, twos);
            ofOne ^= moreOfOne;
            ofTwo ^= moreOfTwo;
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(apart.AsSpan()));
        return (ofOne, ofTwo);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Gf128 One, Gf128 Two) Weigh(AesCtr stream, int first, ReadOnlySpan<Gf128> one, ReadOnlySpan<Gf128> two)
    {
        Span<Gf128> weights = stackalloc Gf128[WeighedTogether];
        Gf128 ofOne = default, ofTwo = default;
        for (int start = 0; start < one.Length; start += WeighedTogether)
        {
            Span<Gf128> some = weights[..Math.Min(WeighedTogether, one.Length - start)];
            stream.Fill(0, (ulong)(first + start), MemoryMarshal.AsBytes(some));
            ofOne ^= Gf128Vector.InnerProduct(some, one.Slice(start, some.Length));
            if (!two.IsEmpty)
            {
                ofTwo ^= Gf128Vector.InnerProduct(some, two.Slice(start, some.Length));
            }
        }

        return (ofOne, ofTwo);
    }
}
