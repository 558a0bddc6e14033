using VerticalFL.Cryptography.Oprf;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Oprf;

public sealed class EcdhOprfTests
{
    // Around the inner batch of 64.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Receiver_obtains_what_the_sender_evaluates(int count)
    {
        byte[] items = Items(count, 1);
        using var receiver = new EcdhOprfReceiver();
        using var sender = new EcdhOprfSender();
        byte[] blinded = new byte[count * 32], evaluated = new byte[count * 32];
        byte[] received = new byte[count * 64], own = new byte[count * 64];

        receiver.Blind(items, blinded);
        Assert.True(sender.TryBlindEvaluate(blinded, evaluated));
        Assert.True(receiver.TryFinalize(0, evaluated, received));
        sender.Evaluate(items, own);

        Assert.Equal(own, received);
        Assert.Equal(count, receiver.Count);
        Assert.Equal(count, received.Chunk(64).Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Chunks_and_several_senders_share_the_blinds()
    {
        byte[] items = Items(150, 2);
        using var receiver = new EcdhOprfReceiver();
        byte[] blinded = new byte[150 * 32];
        receiver.Blind(items.AsSpan(0, 10 * 16), blinded.AsSpan(0, 10 * 32));
        receiver.Blind(items.AsSpan(10 * 16), blinded.AsSpan(10 * 32));

        for (int s = 0; s < 2; s++)
        {
            using var sender = new EcdhOprfSender();
            byte[] own = new byte[150 * 64], received = new byte[150 * 64], evaluated = new byte[150 * 32];
            Assert.True(sender.TryBlindEvaluate(blinded, evaluated));
            sender.Evaluate(items, own);

            // Ranges that straddle the chunks of blinding.
            Assert.True(receiver.TryFinalize(100, evaluated.AsSpan(100 * 32), received.AsSpan(100 * 64)));
            Assert.True(receiver.TryFinalize(0, evaluated.AsSpan(0, 100 * 32), received.AsSpan(0, 100 * 64)));

            Assert.Equal(own, received);
        }
    }

    [Fact]
    public void Batches_agree_with_the_single_functions_of_the_rfc()
    {
        Scalar key = Scalar.FromUniformBytes([.. Enumerable.Range(0, 64).Select(i => (byte)i)]);
        byte[] items = Items(70, 3);
        using var sender = new EcdhOprfSender(OprfSuite.Rfc9497, PointBackends.Fastest, key);
        byte[] batch = new byte[70 * 64];
        sender.Evaluate(items, batch);
        byte[] single = new byte[64];
        for (int i = 0; i < 70; i++)
        {
            OprfSuite.Rfc9497.Evaluate(key, items.AsSpan(i * 16, 16), single);

            Assert.Equal(single, batch.AsSpan(i * 64, 64).ToArray());
        }

        byte[] blinded = OprfSuite.Rfc9497.Blind(items.AsSpan(0, 16), Scalar.FromUInt64(12345)).ToArray();
        byte[] evaluated = new byte[32];
        Assert.True(sender.TryBlindEvaluate(blinded, evaluated));
        Assert.True(RistrettoPoint.TryDecode(blinded, out RistrettoPoint point));
        Assert.Equal(OprfSuite.BlindEvaluate(key, point).ToArray(), evaluated);
    }

    [Fact]
    public void Blinded_elements_of_one_item_are_fresh()
    {
        byte[] items = new byte[32];
        using var receiver = new EcdhOprfReceiver();
        byte[] first = new byte[64], second = new byte[64];
        receiver.Blind(items, first);
        receiver.Blind(items, second);

        byte[][] all = [first[..32], first[32..], second[..32], second[32..]];
        Assert.Equal(4, all.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Senders_have_keys_of_their_own()
    {
        byte[] items = new byte[16], a = new byte[64], b = new byte[64];
        using var first = new EcdhOprfSender();
        using var second = new EcdhOprfSender();
        first.Evaluate(items, a);
        second.Evaluate(items, b);

        Assert.NotEqual(a, b);
    }

    public static TheoryData<string> BadElements =>
    [
        "0000000000000000000000000000000000000000000000000000000000000000", // the identity
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p
        "0100000000000000000000000000000000000000000000000000000000000000", // negative
        "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371", // no point
    ];

    [Theory]
    [MemberData(nameof(BadElements))]
    public void Bad_elements_are_refused_and_outputs_cleared(string hex)
    {
        byte[] bad = Convert.FromHexString(hex);
        byte[] items = Items(80, 4), blinded = new byte[80 * 32];
        using var receiver = new EcdhOprfReceiver();
        using var sender = new EcdhOprfSender();
        receiver.Blind(items, blinded);
        bad.CopyTo(blinded, 79 * 32);

        byte[] evaluated = [.. Enumerable.Repeat((byte)1, 80 * 32)];
        byte[] outputs = [.. Enumerable.Repeat((byte)1, 80 * 64)];
        Assert.False(sender.TryBlindEvaluate(blinded, evaluated));
        Assert.All(evaluated, b => Assert.Equal(0, b));
        Assert.False(receiver.TryFinalize(0, blinded, outputs));
        Assert.All(outputs, b => Assert.Equal(0, b));
    }

    [Fact]
    public void Wrong_lengths_are_refused_before_any_work()
    {
        using var receiver = new EcdhOprfReceiver();
        using var sender = new EcdhOprfSender();

        Assert.Throws<ArgumentException>(() => receiver.Blind(new byte[17], new byte[32]));
        Assert.Throws<ArgumentException>(() => receiver.Blind(new byte[16], new byte[64]));
        Assert.Equal(0, receiver.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => receiver.TryFinalize(0, new byte[32], new byte[64]));
        receiver.Blind(new byte[16], new byte[32]);
        Assert.Throws<ArgumentOutOfRangeException>(() => receiver.TryFinalize(1, new byte[32], new byte[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => receiver.TryFinalize(-1, new byte[32], new byte[64]));
        Assert.Throws<ArgumentException>(() => receiver.TryFinalize(0, new byte[32], new byte[63]));
        Assert.Throws<ArgumentException>(() => sender.TryBlindEvaluate(new byte[31], new byte[31]));
        Assert.Throws<ArgumentException>(() => sender.Evaluate(new byte[16], new byte[32]));
    }

    [Fact]
    public void Disposed_objects_refuse_to_work()
    {
        var receiver = new EcdhOprfReceiver();
        var sender = new EcdhOprfSender();
        receiver.Dispose();
        sender.Dispose();

        Assert.Throws<ObjectDisposedException>(() => receiver.Blind(new byte[16], new byte[32]));
        Assert.Throws<ObjectDisposedException>(() => receiver.TryFinalize(0, [], []));
        Assert.Throws<ObjectDisposedException>(() => sender.Evaluate([], []));
        Assert.Throws<ObjectDisposedException>(() => sender.TryBlindEvaluate([], []));
    }

    private static byte[] Items(int count, int seed)
    {
        byte[] items = new byte[count * 16];
        new Random(seed).NextBytes(items);
        return items;
    }
}
