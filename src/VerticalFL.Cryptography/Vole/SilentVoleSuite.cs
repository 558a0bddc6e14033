// What both sides of the silent VOLE compute alike; see SilentVoleReceiver.cs.
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

    /// <summary>The sum of the elements, each times its public weight.</summary>
    public static Gf128 Weigh(byte[] checkKey, ReadOnlySpan<Gf128> vector)
    {
        const int batch = 1024;
        using var stream = new AesCtr(checkKey);
        var weights = new Gf128[batch];
        Gf128 sum = default;
        for (int start = 0; start < vector.Length; start += batch)
        {
            Span<Gf128> some = weights.AsSpan(0, Math.Min(batch, vector.Length - start));
            stream.Fill(0, (ulong)start, MemoryMarshal.AsBytes(some));
            sum ^= Gf128Vector.InnerProduct(some, vector.Slice(start, some.Length));
        }

        return sum;
    }
}
