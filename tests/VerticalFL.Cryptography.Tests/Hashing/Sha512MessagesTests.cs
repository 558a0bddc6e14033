using System.Security.Cryptography;
using VerticalFL.Cryptography.Hashing;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Hashing;

public sealed class Sha512MessagesTests
{
    public static TheoryData<int> Backends => [.. Enumerable.Range(0, Sha512Messages.Supported().Length)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Hashes_of_every_length_are_sha512_on_every_backend(int backend)
    {
        for (int length = 1; length < 400; length++)
        {
            // Counts that fill the lanes, leave some empty and begin a second round.
            int count = 1 + (length % 19);
            byte[] messages = RandomNumberGenerator.GetBytes(count * length);
            byte[] hashes = new byte[count * 64];
            Sha512Messages.Supported()[backend].HashAll(messages, length, hashes);

            Assert.Equal(messages.Chunk(length).SelectMany(SHA512.HashData), hashes);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Sha512Messages.HashAll(new byte[31], 16, new byte[128]));
        Assert.Throws<ArgumentException>(() => Sha512Messages.HashAll(new byte[32], 16, new byte[127]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha512Messages.HashAll([], 0, []));
    }
}
