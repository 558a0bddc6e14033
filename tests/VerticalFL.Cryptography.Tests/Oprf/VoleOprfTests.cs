using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Oprf;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Oprf;

public sealed class VoleOprfTests
{
    private static readonly byte[] Session = [.. Enumerable.Range(0, 32).Select(i => (byte)(5 * i))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1023)]
    [InlineData(1025)]
    [InlineData(5000)]
    [InlineData(20000)]
    public void Both_sides_agree_at_the_receivers_items_and_nowhere_else(int count)
    {
        byte[] items = Items(count, 0), others = Items(100, 1);
        using var sender = new VoleOprfSender(Session, count);
        using var receiver = new VoleOprfReceiver(Session, items);
        Run(sender, receiver);
        byte[] theirs = new byte[count * 64], mine = new byte[count * 64], elsewhere = new byte[6400];
        receiver.Evaluate(0, theirs);
        sender.Evaluate(items, mine);
        sender.Evaluate(others, elsewhere);

        Assert.Equal(mine, theirs);
        Assert.Equal(count + 100, Values(theirs).Concat(Values(elsewhere)).Distinct().Count());
    }

    [Fact]
    public void Parts_of_the_items_have_the_same_values()
    {
        using var sender = new VoleOprfSender(Session, 3000);
        using var receiver = new VoleOprfReceiver(Session, Items(3000, 0));
        Run(sender, receiver);
        byte[] all = new byte[3000 * 64], part = new byte[1100 * 64];
        receiver.Evaluate(0, all);
        receiver.Evaluate(1500, part);

        Assert.Equal(all.AsSpan(1500 * 64, part.Length).ToArray(), part);
        Assert.Throws<ArgumentOutOfRangeException>(() => receiver.Evaluate(2000, part));
    }

    [Fact]
    public void Exchanges_have_unrelated_keys()
    {
        byte[] items = Items(5, 0), first = new byte[320], second = new byte[320];
        foreach (byte[] values in (byte[][])[first, second])
        {
            using var sender = new VoleOprfSender(Session, 5);
            using var receiver = new VoleOprfReceiver(Session, items);
            Run(sender, receiver);
            receiver.Evaluate(0, values);
        }

        Assert.Equal(10, Values(first).Concat(Values(second)).Distinct().Count());
    }

    [Fact]
    public void Word_that_was_not_committed_to_is_refused()
    {
        using var sender = new VoleOprfSender(Session, 5);
        using var receiver = new VoleOprfReceiver(Session, Items(5, 0));
        byte[] word = sender.TryAccept(Table(sender, receiver).Span)!.Value.ToArray();
        word[0] ^= 1;

        Assert.False(receiver.TryOpen(word));
        Assert.Throws<InvalidOperationException>(() => receiver.Evaluate(0, new byte[64]));
    }

    [Fact]
    public void Malformed_messages_and_steps_out_of_order_are_refused()
    {
        using var sender = new VoleOprfSender(Session, 5);
        using var receiver = new VoleOprfReceiver(Session, Items(5, 0));
        using var refusing = new VoleOprfReceiver(Session, Items(5, 0));
        Assert.Null(refusing.TryAnswer(new byte[31]));
        Assert.Throws<InvalidOperationException>(() => refusing.TryAnswer(sender.Request.Span));
        Assert.Throws<InvalidOperationException>(() => receiver.TryOpen(new byte[16]));
        Assert.Throws<InvalidOperationException>(() => sender.TryAccept(new byte[64]));
        Assert.Throws<InvalidOperationException>(() => sender.Evaluate(new byte[16], new byte[64]));
        ReadOnlyMemory<byte> table = Table(sender, receiver);

        Assert.Null(sender.TryAccept(table.Span[..^16]));
        Assert.Throws<InvalidOperationException>(() => sender.TryAccept(table.Span));
        Assert.False(receiver.TryOpen(new byte[15]));
        Assert.Throws<InvalidOperationException>(() => receiver.TryOpen(new byte[16]));
        Assert.Throws<ArgumentException>(() => new VoleOprfReceiver(Session, new byte[17]));
    }

    [Fact]
    public void Results_end_with_disposal()
    {
        var sender = new VoleOprfSender(Session, 5);
        var receiver = new VoleOprfReceiver(Session, Items(5, 0));
        Run(sender, receiver);
        sender.Dispose();
        receiver.Dispose();

        Assert.Throws<InvalidOperationException>(() => sender.Evaluate(new byte[16], new byte[64]));
        Assert.Throws<InvalidOperationException>(() => receiver.Evaluate(0, new byte[64]));
    }

    [Fact]
    public void Hashes_match_the_vectors()
    {
        JsonElement vector = VectorFile.Load("vole.json").GetProperty("oprf");
        var suite = new VoleOprfSuite(vector.Hex("session"));
        byte[] output = new byte[64];

        Assert.Equal(vector.Hex("commitment"), suite.Commitment(vector.Hex("word")));
        foreach (JsonElement value in vector.GetProperty("values").EnumerateArray())
        {
            suite.Output(Gf128.Read(value.Hex("value")), value.Hex("item"), output);

            Assert.Equal(Gf128.Read(value.Hex("itemElement")), suite.ItemElement(value.Hex("item")));
            Assert.Equal(value.Hex("output"), output);
        }
    }

    private static ReadOnlyMemory<byte> Table(VoleOprfSender sender, VoleOprfReceiver receiver)
    {
        ReadOnlyMemory<byte> challenge = receiver.TryExpand(sender.TryExpand(receiver.TryAnswer(sender.Request.Span)!.Value)!.Value)!.Value;
        return receiver.TryEncode(sender.TryProve(challenge.Span)!.Value.Span)!.Value;
    }

    private static void Run(VoleOprfSender sender, VoleOprfReceiver receiver) =>
        Assert.True(receiver.TryOpen(sender.TryAccept(Table(sender, receiver).Span)!.Value.Span));

    private static byte[] Items(int count, int set)
    {
        byte[] items = new byte[16 * count];
        for (int i = 0; i < count; i++)
        {
            byte[] name = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(name, i);
            BinaryPrimitives.WriteInt32BigEndian(name.AsSpan(4), set);
            SHA256.HashData(name).AsSpan(0, 16).CopyTo(items.AsSpan(16 * i));
        }

        return items;
    }

    private static IEnumerable<string> Values(byte[] outputs) => outputs.Chunk(64).Select(Convert.ToHexString);
}
