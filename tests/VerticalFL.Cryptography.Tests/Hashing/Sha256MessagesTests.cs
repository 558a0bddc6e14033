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
    public void Hashes_of_every_length_are_sha256_on_every_backend(int lanes)
    {
        ISha256Backend backend = Sha256Tails.Supported().Single(b => b.Lanes == lanes);
        byte[][] messages = [.. Enumerable.Range(0, 300).Select(i => RandomNumberGenerator.GetBytes(i % 150))];
        var hashes = new UInt128[messages.Length];
        using var hash = new Sha256Messages(hashes, backend);
        for (int i = 0; i < messages.Length; i++)
        {
            hash.Add(i, messages[i]);
        }

        hash.Finish();

        Assert.Equal(messages.Select(m => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(m))), hashes);
    }
}
