using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Prg;
using Xunit;

namespace VerticalFL.Cryptography.Tests.ObliviousTransfer;

public sealed class OtExtensionTests
{
    private static readonly byte[] Session = new byte[32];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Rows_and_elements_are_correlated_by_delta(int blocks)
    {
        Pair pair = Extend(blocks);
        Gf128[] q = new Gf128[128], t = new Gf128[128];
        for (int block = 0; block < blocks; block++)
        {
            pair.Sender.Rows(block, q);
            pair.Receiver.Rows(block, t);
            for (int i = 0; i < 128; i++)
            {
                Assert.Equal(t[i] ^ (pair.Delta & Gf128.Mask(pair.Choices[block].Bit(i))), q[i]);
            }

            Assert.Equal(pair.Receiver.Combine(block) ^ (pair.Choices[block] * pair.Delta), pair.Sender.Combine(block));
        }
    }

    [Fact]
    public void Pads_are_equal_where_chosen_and_look_uniform()
    {
        const int blocks = 32;
        Pair pair = Extend(blocks);
        using var hash = new TweakableHash(new byte[16]);
        Gf128[] zero = new Gf128[128], one = new Gf128[128], chosen = new Gf128[128];
        int[] counts = new int[256];
        for (int block = 0; block < blocks; block++)
        {
            RandomOt.SenderPads(pair.Sender, pair.Delta, hash, 1, block, zero, one);
            RandomOt.ReceiverPads(pair.Receiver, hash, 1, block, chosen);
            for (int i = 0; i < 128; i++)
            {
                (Gf128 mine, Gf128 other) = pair.Choices[block].Bit(i) == 0 ? (zero[i], one[i]) : (one[i], zero[i]);
                Assert.Equal(mine, chosen[i]);
                Assert.NotEqual(other, chosen[i]);
            }

            foreach (byte b in MemoryMarshal.AsBytes(zero.AsSpan()))
            {
                counts[b]++;
            }

            foreach (byte b in MemoryMarshal.AsBytes(one.AsSpan()))
            {
                counts[b]++;
            }
        }

        // Chi-square with 255 degrees of freedom: mean 255, deviation 22.6; above 420 with probability below 2^-30.
        double expected = counts.Sum() / 256.0;
        Assert.InRange(counts.Sum(c => (c - expected) * (c - expected) / expected), 120, 420);
    }

    [Fact]
    public void Extension_matches_the_vector()
    {
        JsonElement vectors = VectorFile.Load("oblivious-transfer.json"), vector = vectors.GetProperty("extension");
        byte[] session = vectors.Hex("session"), keys0 = vector.Hex("keys0"), keys1 = vector.Hex("keys1");
        Gf128[] choices = MemoryMarshal.Cast<byte, Gf128>(vector.Hex("choices")).ToArray();
        var delta = Gf128.Read(vector.Hex("delta"));
        using var receiver = new OtExtensionReceiver(session, keys0, keys1, choices, Gf128.Read(vector.Hex("blind")));
        using OtExtensionSender sender =
            OtExtensionSender.TryExtend(session, delta, Chosen(keys0, keys1, delta), choices.Length, receiver.Message)!;
        using var hash = new TweakableHash(vector.Hex("hashKey"));
        ulong domain = vector.GetProperty("domain").GetUInt64();
        Gf128[] q = new Gf128[3 * 128], t = new Gf128[3 * 128], zero = new Gf128[128], one = new Gf128[128], chosen = new Gf128[128];
        for (int block = 0; block < 3; block++)
        {
            sender.Rows(block, q.AsSpan(block * 128, 128));
            receiver.Rows(block, t.AsSpan(block * 128, 128));
        }

        RandomOt.SenderPads(sender, delta, hash, domain, 1, zero, one);
        RandomOt.ReceiverPads(receiver, hash, domain, 1, chosen);
        JsonElement pads = vector.GetProperty("padsOfBlock1");

        Assert.Equal(vector.Hex("messageSha256"), SHA256.HashData(receiver.Message.Span));
        Assert.Equal(vector.Hex("senderRowsSha256"), Digest(q));
        Assert.Equal(vector.Hex("receiverRowsSha256"), Digest(t));
        Assert.Equal(vector.Hex("senderCombined"), Bytes([.. Enumerable.Range(0, 3).Select(sender.Combine)]));
        Assert.Equal(vector.Hex("receiverCombined"), Bytes([.. Enumerable.Range(0, 3).Select(receiver.Combine)]));
        Assert.Equal(pads.Hex("zeroSha256"), Digest(zero));
        Assert.Equal(pads.Hex("oneSha256"), Digest(one));
        Assert.Equal(pads.Hex("chosenSha256"), Digest(chosen));
    }

    [Fact]
    public void Receiver_with_different_choices_in_a_column_passes_only_where_delta_ignores_them()
    {
        const int blocks = 2;
        for (int j = 0; j < 128; j += 9)
        {
            // The cheat recomputes the check for its altered column, as a malicious receiver would.
            var delta = Gf128.Random();
            byte[] keys0 = RandomNumberGenerator.GetBytes(4096), keys1 = RandomNumberGenerator.GetBytes(4096);
            using var receiver = new OtExtensionReceiver(Session, keys0, keys1, new Gf128[blocks]);
            byte[] message = receiver.Message.ToArray();
            message[j * (blocks + 1) * 16] ^= 1;
            Gf128[] sent = MemoryMarshal.Cast<byte, Gf128>(message).ToArray();
            Gf128[] weights = ColumnMatrix.CheckWeights(Session, message.AsMemory(0, 128 * (blocks + 1) * 16), blocks + 1);
            using var t = new ColumnMatrix(blocks + 1);
            t.Expand(keys0);
            using var other = new ColumnMatrix(blocks + 1);
            other.Expand(keys1);
            int honest = j == 0 ? 1 : 0;
            Gf128[] x = [.. Enumerable.Range(0, blocks + 1).Select(i =>
                sent[(honest * (blocks + 1)) + i] ^ t.Column(honest)[i] ^ other.Column(honest)[i])];
            int check = 128 * (blocks + 1);
            sent[check] = Gf128Vector.InnerProduct(weights, x);
            for (int column = 0; column < 128; column++)
            {
                sent[check + 1 + column] = Gf128Vector.InnerProduct(weights, t.Column(column));
            }

            using var accepted = OtExtensionSender.TryExtend(Session, delta, Chosen(keys0, keys1, delta), blocks, Bytes(sent));
            Assert.Equal(delta.Bit(j) == 0, accepted is not null);
        }
    }

    [Fact]
    public void Altered_checks_sessions_and_lengths_are_refused()
    {
        byte[] keys0 = RandomNumberGenerator.GetBytes(4096), keys1 = RandomNumberGenerator.GetBytes(4096);
        var delta = new Gf128(ulong.MaxValue, ulong.MaxValue);
        byte[] keys = Chosen(keys0, keys1, delta);
        using var receiver = new OtExtensionReceiver(Session, keys0, keys1, new Gf128[3]);
        byte[] message = receiver.Message.ToArray();
        using OtExtensionSender? honest = OtExtensionSender.TryExtend(Session, delta, keys, 3, message);

        Assert.NotNull(honest);
        Assert.Null(OtExtensionSender.TryExtend([.. Enumerable.Repeat((byte)1, 32)], delta, keys, 3, message));
        Assert.Null(OtExtensionSender.TryExtend(Session, delta, keys, 4, message));
        Assert.Null(OtExtensionSender.TryExtend(Session, delta, keys, 3, message[..^16]));
        foreach (int at in (int[])[0, 128 * 4 * 16, (128 * 4 * 16) + 16, message.Length - 1])
        {
            message[at] ^= 0x80;
            Assert.Null(OtExtensionSender.TryExtend(Session, delta, keys, 3, message));
            message[at] ^= 0x80;
        }
    }

    private static Pair Extend(int blocks)
    {
        var delta = Gf128.Random();
        byte[] keys0 = RandomNumberGenerator.GetBytes(4096), keys1 = RandomNumberGenerator.GetBytes(4096);
        Gf128[] choices = MemoryMarshal.Cast<byte, Gf128>(RandomNumberGenerator.GetBytes(16 * blocks)).ToArray();
        var receiver = new OtExtensionReceiver(Session, keys0, keys1, choices);
        OtExtensionSender? sender = OtExtensionSender.TryExtend(Session, delta, Chosen(keys0, keys1, delta), blocks, receiver.Message);
        Assert.NotNull(sender);
        return new Pair(delta, choices, sender, receiver);
    }

    private static byte[] Chosen(byte[] keys0, byte[] keys1, Gf128 delta) =>
        [.. Enumerable.Range(0, 128).SelectMany(j => (delta.Bit(j) == 0 ? keys0 : keys1)[(j * 32)..((j + 1) * 32)])];

    private static byte[] Bytes(Gf128[] blocks) => MemoryMarshal.AsBytes(blocks.AsSpan()).ToArray();

    private static byte[] Digest(Gf128[] blocks) => SHA256.HashData(Bytes(blocks));

    private sealed record Pair(Gf128 Delta, Gf128[] Choices, OtExtensionSender Sender, OtExtensionReceiver Receiver);
}
