// What both sides of the silent VOLE compute alike; see SilentVoleReceiver.cs.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Vole;

internal static class SilentVoleSuite
{
    /// <summary>The tweak domain of the transfers' pads; trees have those from 256 on.</summary>
    public const ulong PadDomain = 1;

    /// <summary>Bytes of the proof.</summary>
    public const int ProofSize = 32;

    public static TweakableHash CreateHash(byte[] session) =>
        new(KeyDerivation.HashInputs("vfl/v1/vole/hash", session).AsSpan(0, TweakableHash.KeySize));

    public static byte[] Proof(byte[] session, Gf128 value)
    {
        byte[] bytes = new byte[Gf128.Size];
        value.Write(bytes);
        byte[] proof = KeyDerivation.HashInputs("vfl/v1/vole/proof", session, bytes);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(bytes);
        return proof;
    }

    /// <summary>The check's key, fixed by all that was sent before.</summary>
    public static byte[] CheckKey(byte[] session, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> sums) =>
        KeyDerivation.HashInputs("vfl/v1/vole/check", session, answer, sums);

    /// <summary>The sums of the elements of two vectors, each times its public weight.</summary>
    /// <param name="checkKey">What the weights come from.</param>
    /// <param name="first">A vector.</param>
    /// <param name="second">A vector of the same length; or empty.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (Gf128 First, Gf128 Second) Weigh(byte[] checkKey, ReadOnlySpan<Gf128> first, ReadOnlySpan<Gf128> second)
    {
        const int batch = 1024;
        using var stream = new AesCtr(checkKey);
        var weights = new Gf128[batch];
        Gf128 one = default, two = default;
        for (int start = 0; start < first.Length; start += batch)
        {
            Span<Gf128> some = weights.AsSpan(0, Math.Min(batch, first.Length - start));
            stream.Fill(0, (ulong)start, MemoryMarshal.AsBytes(some));
            one ^= Gf128Vector.InnerProduct(some, first.Slice(start, some.Length));
            if (!second.IsEmpty)
            {
                two ^= Gf128Vector.InnerProduct(some, second.Slice(start, some.Length));
            }
        }

        return (one, two);
    }
}
