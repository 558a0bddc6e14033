using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
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
    [InlineData(32767)]
    [InlineData(32768)]
    [InlineData(70000)]
    public void Both_sides_agree_at_the_receivers_items_and_nowhere_else(int count)
    {
        byte[] items = Items(count, 0), others = Items(100, 1);
        using var sender = new VoleOprfSender(Session, count);
        using var receiver = new VoleOprfReceiver(Session, items);
        Run(sender, receiver);
        UInt128[] theirs = Evaluate(receiver, count), mine = Evaluate(sender, items), elsewhere = Evaluate(sender, others);

        Assert.Equal(mine, theirs);
        Assert.Equal(2 * (count + 100), theirs.Concat(elsewhere).Distinct().Count());
    }

    [Fact]
    public void Exchanges_have_unrelated_keys()
    {
        var values = new HashSet<UInt128>();
        for (int exchange = 0; exchange < 2; exchange++)
        {
            using var sender = new VoleOprfSender(Session, 5);
            using var receiver = new VoleOprfReceiver(Session, Items(5, 0));
            Run(sender, receiver);
            values.UnionWith(Evaluate(receiver, 5));
        }

        Assert.Equal(20, values.Count);
    }

    [Fact]
    public void Word_that_was_not_committed_to_is_refused()
    {
        using var sender = new VoleOprfSender(Session, 5);
        using var receiver = new VoleOprfReceiver(Session, Items(5, 0));
        byte[] word = Word(sender, receiver);
        word[0] ^= 1;

        Assert.False(receiver.TryOpen(word));
        Assert.Throws<InvalidOperationException>(() => Evaluate(receiver, 5));
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
        Assert.Throws<InvalidOperationException>(() => receiver.Header);
        Assert.Throws<InvalidOperationException>(() => receiver.CopySlots(0, new byte[16]));
        Assert.Throws<InvalidOperationException>(() => sender.Begin(new byte[48]));
        Assert.Throws<InvalidOperationException>(() => sender.Load(new byte[16]));
        Assert.Throws<InvalidOperationException>(() => sender.Open());
        Assert.Throws<InvalidOperationException>(() => Evaluate(sender, new byte[16]));
        Encode(sender, receiver);

        Assert.Throws<ArgumentException>(() => sender.Begin(new byte[47]));
        sender.Begin(receiver.Header.Span);
        Assert.Throws<InvalidOperationException>(() => sender.Begin(receiver.Header.Span));
        Assert.Throws<ArgumentException>(() => sender.Load(new byte[15]));
        Assert.Throws<ArgumentException>(() => sender.Load(new byte[16 * (sender.Slots + 1)]));
        sender.Load(new byte[16 * (sender.Slots - 1)]);
        Assert.Throws<InvalidOperationException>(() => sender.Open());
        Assert.Throws<ArgumentException>(() => sender.Load(new byte[32]));
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

        Assert.Throws<InvalidOperationException>(() => Evaluate(sender, new byte[16]));
        Assert.Throws<InvalidOperationException>(() => Evaluate(receiver, 5));
    }

    [Fact]
    public void Hashes_match_the_vectors()
    {
        JsonElement vector = VectorFile.Load("vole.json").GetProperty("oprf");
        using var suite = new VoleOprfSuite(vector.Hex("session"));
        Assert.Equal(vector.Hex("commitment"), suite.Commitment(vector.Hex("word")));
        JsonElement[] values = [.. vector.GetProperty("values").EnumerateArray()];
        byte[] items = [.. values.SelectMany(v => v.Hex("item"))];
        var elements = new UInt128[values.Length];
        suite.ItemElements(items, elements);
        UInt128[] high = new UInt128[values.Length], low = new UInt128[values.Length];
        UInt128[] decoded = [.. values.Select(v => BinaryPrimitives.ReadUInt128LittleEndian(v.Hex("value")))];
        suite.Outputs(decoded, MemoryMarshal.Cast<byte, UInt128>(items), high, low);

        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(BinaryPrimitives.ReadUInt128LittleEndian(values[i].Hex("itemElement")), elements[i]);
            Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(values[i].Hex("output")), high[i]);
            Assert.Equal(BinaryPrimitives.ReadUInt128BigEndian(values[i].Hex("output").AsSpan(16)), low[i]);
        }
    }

    private static void Encode(VoleOprfSender sender, VoleOprfReceiver receiver)
    {
        ReadOnlyMemory<byte> challenge = receiver.TryExpand(sender.TryExpand(receiver.TryAnswer(sender.Request.Span)!.Value)!.Value)!.Value;
        Assert.True(receiver.TryEncode(sender.TryProve(challenge.Span)!.Value.Span));
    }

    private static byte[] Word(VoleOprfSender sender, VoleOprfReceiver receiver)
    {
        Encode(sender, receiver);
        Assert.Equal(sender.Slots, receiver.Slots);
        sender.Begin(receiver.Header.Span);
        for (int first = 0; first < receiver.Slots; first += 1000)
        {
            byte[] some = new byte[16 * Math.Min(1000, receiver.Slots - first)];
            receiver.CopySlots(first, some);
            sender.Load(some);
        }

        return sender.Open().ToArray();
    }

    private static void Run(VoleOprfSender sender, VoleOprfReceiver receiver) => Assert.True(receiver.TryOpen(Word(sender, receiver)));

    /// <summary>First all first halves in the items' order, then all second ones.</summary>
    private static UInt128[] Evaluate(VoleOprfReceiver receiver, int count)
    {
        UInt128[] values = new UInt128[2 * count];
        int[] order = new int[count];
        receiver.Evaluate(order, values.AsSpan(0, count), values.AsSpan(count));
        return InOrder(order, values);
    }

    private static UInt128[] Evaluate(VoleOprfSender sender, byte[] items)
    {
        int count = items.Length / 16;
        UInt128[] values = new UInt128[2 * count];
        int[] order = new int[count];
        sender.Evaluate(items, order, values.AsSpan(0, count), values.AsSpan(count));
        return InOrder(order, values);
    }

    private static UInt128[] InOrder(int[] order, UInt128[] values)
    {
        Assert.Equal(Enumerable.Range(0, order.Length), order.Order());
        UInt128[] ordered = new UInt128[values.Length];
        for (int i = 0; i < order.Length; i++)
        {
            ordered[order[i]] = values[i];
            ordered[order.Length + order[i]] = values[order.Length + i];
        }

        return ordered;
    }

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
}
