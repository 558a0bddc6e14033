using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Hashing.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Hashing;

public sealed class Sha256TailsTests
{
    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (ISha256Backend backend in Sha256Tails.Supported())
            {
                foreach (int size in (int[])[4, 16, 32, 52])
                {
                    foreach (int count in (int[])[0, 1, backend.Lanes - 1, backend.Lanes, backend.Lanes + 1, 100])
                    {
                        cases.Add($"{backend.Lanes} lanes", size, count);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Hash_is_sha256_of_prefix_and_tail_on_every_backend(string backend, int size, int count)
    {
        byte[] prefix = RandomNumberGenerator.GetBytes(64), tails = RandomNumberGenerator.GetBytes(size * count);
        using var hash = new Sha256Tails(prefix, size, Sha256Tails.Supported().Single(b => $"{b.Lanes} lanes" == backend));
        UInt128[] high = new UInt128[count], low = new UInt128[count], again = new UInt128[count];
        hash.Hash(tails, high, low);
        hash.Hash(tails, again, []);

        Assert.Equal(high, again);
        for (int i = 0; i < count; i++)
        {
            byte[] expected = SHA256.HashData([.. prefix, .. tails.AsSpan(i * size, size)]);
            Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(expected), high[i]);
            Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(expected.AsSpan(16)), low[i]);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Sha256Tails(new byte[63], 16));
        Assert.Throws<ArgumentException>(() => new Sha256Tails(new byte[64], 0));
        Assert.Throws<ArgumentException>(() => new Sha256Tails(new byte[64], 18));
        Assert.Throws<ArgumentException>(() => new Sha256Tails(new byte[64], 56));
        using var hash = new Sha256Tails(new byte[64], 16);
        Assert.Throws<ArgumentException>(() => hash.Hash(new byte[16], new UInt128[2], []));
        Assert.Throws<ArgumentException>(() => hash.Hash(new byte[32], new UInt128[2], new UInt128[1]));
    }
}
