using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Keys;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Keys;

public sealed class KeyExpansionTests
{
    public static TheoryData<int> Backends => [.. Sha256Tails.Supported().Select(b => b.Lanes)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Keys_are_those_of_hkdf_expand_on_every_backend(int lanes)
    {
        using var expansion = new KeyExpansion(Sha256Tails.Supported().Single(b => b.Lanes == lanes));
        for (int infoSize = 0; infoSize <= KeyExpansion.MaxInfo; infoSize++)
        {
            // Counts that fill the lanes, leave some empty and begin a second round.
            byte[] secrets = RandomNumberGenerator.GetBytes((infoSize % 37) * KeyExpansion.SecretSize), info = RandomNumberGenerator.GetBytes(infoSize);
            var keys = new UInt128[infoSize % 37];
            expansion.Expand(secrets, info, keys);

            Assert.Equal(
                secrets.Chunk(KeyExpansion.SecretSize).Select(s => BinaryPrimitives.ReadUInt128BigEndian(HKDF.Expand(HashAlgorithmName.SHA256, s, 16, info))),
                keys);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        using var expansion = new KeyExpansion();

        Assert.Throws<ArgumentException>(() => expansion.Expand(new byte[64], new byte[KeyExpansion.MaxInfo + 1], new UInt128[1]));
        Assert.Throws<ArgumentException>(() => expansion.Expand(new byte[64], [], new UInt128[2]));
    }
}
