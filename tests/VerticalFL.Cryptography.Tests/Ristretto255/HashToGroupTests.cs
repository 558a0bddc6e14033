using System.Text;
using System.Text.Json;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255;

public sealed class HashToGroupTests
{
    [Fact]
    public void ExpandMessage_gives_the_published_bytes()
    {
        JsonElement file = VectorFile.Load("expand-message-xmd-sha512.json");
        byte[] tag = Encoding.ASCII.GetBytes(file.Text("tag"));
        foreach (JsonElement vector in file.GetProperty("vectors").EnumerateArray())
        {
            byte[] output = new byte[vector.GetProperty("length").GetInt32()];
            HashToGroup.ExpandMessage(Encoding.ASCII.GetBytes(vector.Text("message")), tag, output);

            Assert.Equal(vector.Hex("uniformBytes"), output);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void Hash_refuses_a_tag_of_wrong_length(int length) =>
        Assert.Throws<ArgumentException>(() => HashToGroup.Hash([1], new byte[length]));

    [Fact]
    public void ExpandMessage_refuses_more_than_255_blocks() =>
        Assert.Throws<ArgumentException>(() => HashToGroup.ExpandMessage([], [1], new byte[(255 * 64) + 1]));

    [Fact]
    public void Hash_differs_by_message_and_tag()
    {
        RistrettoPoint a = HashToGroup.Hash([1], [1]);

        Assert.NotEqual(a, HashToGroup.Hash([2], [1]));
        Assert.NotEqual(a, HashToGroup.Hash([1], [2]));
        Assert.NotEqual(a, HashToGroup.Hash([1, 1], [1]));
        Assert.Equal(a, HashToGroup.Hash([1], [1]));
    }
}
