using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255;

/// <summary>The curve against BouncyCastle's Ed25519 and X25519, the group against libsodium.</summary>
public sealed class OracleTests
{
    private const int Rounds = 32;

    [Fact]
    public void Multiples_of_the_base_point_are_ed25519_public_keys()
    {
        for (int i = 0; i < Rounds; i++)
        {
            byte[] seed = Bytes(i, 32);
            byte[] expected = new Ed25519PrivateKeyParameters(seed, 0).GeneratePublicKey().GetEncoded();
            Scalar secret = Clamped(SHA512.HashData(seed).AsSpan(0, 32));

            Assert.Equal(expected, Compress(ScalarMultiplication.MultiplyBase(secret)));
            Assert.Equal(expected, Compress(ScalarMultiplication.Multiply(secret, EdwardsPoint.Base)));
        }
    }

    [Fact]
    public void Multiples_of_any_point_are_x25519_agreements()
    {
        for (int i = 0; i < Rounds; i++)
        {
            var a = new X25519PrivateKeyParameters(Bytes(i, 32), 0);
            var b = new X25519PrivateKeyParameters(Bytes(1000 + i, 32), 0);
            byte[] expected = new byte[32];
            a.GenerateSecret(b.GeneratePublicKey(), expected, 0);
            EdwardsPoint publicKey = ScalarMultiplication.MultiplyBase(Clamped(b.GetEncoded()));

            Assert.Equal(b.GeneratePublicKey().GetEncoded(), MontgomeryU(publicKey));
            Assert.Equal(expected, MontgomeryU(ScalarMultiplication.Multiply(Clamped(a.GetEncoded()), publicKey)));
        }
    }

    [Fact]
    public unsafe void Elements_and_multiples_agree_with_libsodium()
    {
        Assert.SkipUnless(Libsodium.IsPresent, "libsodium is not installed (Debian package libsodium23).");
        byte[] element = new byte[32], product = new byte[32], scalarBytes = new byte[32];
        for (int i = 0; i < Rounds; i++)
        {
            byte[] uniform = Bytes(i, 64);
            fixed (byte* e = element, u = uniform, r = product, n = scalarBytes)
            {
                Assert.Equal(0, Libsodium.FromHash(e, u));
                RistrettoPoint point = RistrettoPoint.FromUniformBytes(uniform);
                Assert.Equal(element, point.ToArray());

                Scalar scalar = Scalar.FromUniformBytes(Bytes(2000 + i, 64));
                scalar.Encode(scalarBytes);
                Assert.Equal(0, Libsodium.ScalarMultiply(r, n, e));
                Assert.True(RistrettoPoint.TryDecode(element, out RistrettoPoint decoded));
                Assert.Equal(product, (scalar * decoded).ToArray());
            }
        }
    }

    [Fact]
    public unsafe void Validity_of_encodings_agrees_with_libsodium()
    {
        Assert.SkipUnless(Libsodium.IsPresent, "libsodium is not installed (Debian package libsodium23).");
        int valid = 0;
        for (int i = 0; i < 500; i++)
        {
            // Even and below 2^255, so that about every eighth is valid and the interesting checks are reached.
            byte[] encoding = Bytes(5000 + i, 32);
            encoding[0] &= 0xfe;
            encoding[31] &= 0x7f;
            fixed (byte* e = encoding)
            {
                bool expected = Libsodium.IsValidPoint(e) == 1;
                Assert.Equal(expected, RistrettoPoint.TryDecode(encoding, out _));
                valid += expected ? 1 : 0;
            }
        }

        Assert.InRange(valid, 50, 450);
    }

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // The clamping of RFC 7748 and RFC 8032, then reduction modulo the order of the base point.
    private static Scalar Clamped(ReadOnlySpan<byte> bytes)
    {
        byte[] wide = new byte[64];
        bytes.CopyTo(wide);
        wide[0] &= 248;
        wide[31] &= 127;
        wide[31] |= 64;
        return Scalar.FromUniformBytes(wide);
    }

    // RFC 8032 section 5.1.2.
    private static byte[] Compress(EdwardsPoint point)
    {
        FieldElement inverse = FieldRoots.Invert(point.Z);
        byte[] bytes = new byte[32];
        (point.Y * inverse).ToBytes(bytes);
        bytes[31] |= (byte)((point.X * inverse).NegativeMask() & 0x80);
        return bytes;
    }

    // u = (1 + y) / (1 - y), RFC 7748 section 4.1.
    private static byte[] MontgomeryU(EdwardsPoint point)
    {
        byte[] bytes = new byte[32];
        ((point.Z + point.Y) * FieldRoots.Invert(point.Z - point.Y)).ToBytes(bytes);
        return bytes;
    }
}
