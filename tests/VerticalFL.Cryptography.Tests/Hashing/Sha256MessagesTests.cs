using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Hashing.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Hashing;

public sealed class Sha256MessagesTests
{
    public static TheoryData<int> Backends => [.. Sha256Tails.Supported().Select(b => b.Lanes)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Hashes_behind_prefixes_of_every_length_are_sha256_on_every_backend(int lanes)
    {
        ISha256Backend backend = Sha256Tails.Supported().Single(b => b.Lanes == lanes);
        for (int length = 0; length <= Sha256Messages.MaxPrefix; length++)
        {
            byte[] prefix = RandomNumberGenerator.GetBytes(length);
            byte[][] rests = [.. Enumerable.Range(0, 300).Select(i => RandomNumberGenerator.GetBytes(i % 150))];
            var hashes = new UInt128[rests.Length];
            using var hash = new Sha256Messages(prefix, hashes, backend);
            for (int i = 0; i < rests.Length; i++)
            {
                hash.Add(i, rests[i]);
            }

            hash.Finish();

            Assert.Equal(rests.Select(r => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData([.. prefix, .. r]))), hashes);
        }
    }

    [Fact]
    public void Prefix_that_leaves_no_room_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Sha256Messages(new byte[Sha256Messages.MaxPrefix + 1], []));
}
