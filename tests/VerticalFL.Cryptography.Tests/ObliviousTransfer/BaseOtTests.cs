using System.Text.Json;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.ObliviousTransfer;

public sealed class BaseOtTests
{
    private static readonly byte[] Session = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Receiver_gets_exactly_the_chosen_keys()
    {
        var choices = Gf128.Random();
        using var receiver = new BaseOtReceiver(Session, choices);
        byte[][] sent = Answer(receiver.Request.Span);
        byte[] keys = new byte[128 * 32];

        Assert.True(receiver.TryFinish(sent[0], keys));
        for (int i = 0; i < 128; i++)
        {
            byte[] key = keys[(i * 32)..((i + 1) * 32)];
            Assert.Equal(sent[1 + choices.Bit(i)][(i * 32)..((i + 1) * 32)], key);
            Assert.NotEqual(sent[2 - choices.Bit(i)][(i * 32)..((i + 1) * 32)], key);
        }
    }

    [Fact]
    public void Sessions_give_unrelated_keys()
    {
        using var receiver = new BaseOtReceiver(Session, default);
        byte[] answer = new byte[BaseOtSuite.AnswerSize], keys0 = new byte[4096], keys1 = new byte[4096], keys = new byte[4096];
        Assert.True(BaseOtSender.TryAnswer(new byte[32], receiver.Request.Span, answer, keys0, keys1));
        Assert.True(receiver.TryFinish(answer, keys));

        Assert.NotEqual(keys0, keys);
        Assert.NotEqual(keys1, keys);
    }

    [Fact]
    public void Oracles_and_keys_match_the_vectors()
    {
        JsonElement vectors = VectorFile.Load("oblivious-transfer.json");
        byte[] session = vectors.Hex("session"), key = new byte[32];
        foreach (JsonElement vector in vectors.GetProperty("base").EnumerateArray())
        {
            int index = vector.GetProperty("index").GetInt32(), choice = vector.GetProperty("choice").GetInt32();
            byte[] pair = vector.Hex("pair");
            BaseOtSuite.DeriveKey(session, index, choice, vector.Hex("shared"), pair, vector.Hex("answer"), key);

            Assert.Equal(vector.Hex("oracle0"), BaseOtSuite.Oracle(session, index, 0, pair.AsSpan(32)).ToArray());
            Assert.Equal(vector.Hex("oracle1"), BaseOtSuite.Oracle(session, index, 1, pair.AsSpan(0, 32)).ToArray());
            Assert.Equal(vector.Hex("key"), key);
        }
    }

    [Fact]
    public void Many_products_are_as_one_by_one()
    {
        Scalar[] scalars = [.. Enumerable.Range(0, 70).Select(_ => Scalar.Random())];
        RistrettoPoint[] points = [.. scalars.Select(_ => RistrettoPoint.MultiplyGenerator(Scalar.Random()))];
        byte[] products = new byte[70 * RistrettoPoint.Size];

        Assert.True(BaseOtSuite.TryMultiply(scalars, points.SelectMany(p => p.ToArray()).ToArray(), products));
        Assert.Equal(scalars.Zip(points, (s, p) => (s * p).ToArray()).SelectMany(p => p), products);
    }

    [Fact]
    public void Element_that_cancels_the_oracle_is_refused()
    {
        using var receiver = new BaseOtReceiver(Session, default);
        byte[] request = receiver.Request.ToArray();
        (-BaseOtSuite.Oracle(Session, 5, 1, request.AsSpan(10 * RistrettoPoint.Size, RistrettoPoint.Size)))
            .Encode(request.AsSpan(11 * RistrettoPoint.Size, RistrettoPoint.Size));
        byte[] answer = new byte[BaseOtSuite.AnswerSize], keys0 = new byte[4096], keys1 = new byte[4096];

        Assert.False(BaseOtSender.TryAnswer(Session, request, answer, keys0, keys1));
        Assert.All([answer, keys0, keys1], bytes => Assert.DoesNotContain(bytes, b => b != 0));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("long")]
    [InlineData("not an element")]
    [InlineData("identity")]
    public void Malformed_messages_are_refused_and_leave_no_keys(string fault)
    {
        using var receiver = new BaseOtReceiver(Session, default);
        byte[] request = Break(receiver.Request.ToArray(), fault);
        byte[] answer = new byte[BaseOtSuite.AnswerSize], keys0 = new byte[4096], keys1 = new byte[4096];

        Assert.False(BaseOtSender.TryAnswer(Session, request, answer, keys0, keys1));
        Assert.All([answer, keys0, keys1], bytes => Assert.DoesNotContain(bytes, b => b != 0));

        Assert.False(receiver.TryFinish(Break(Answer(receiver.Request.Span)[0], fault), keys0));
        Assert.DoesNotContain(keys0, b => b != 0);
    }

    [Fact]
    public void Exchange_ends_once()
    {
        using var receiver = new BaseOtReceiver(Session, default);
        Assert.False(receiver.TryFinish([], new byte[4096]));

        Assert.Throws<InvalidOperationException>(() => receiver.TryFinish([], new byte[4096]));
        Assert.Throws<ArgumentException>(() => new BaseOtReceiver(new byte[31], default));
    }

    private static byte[][] Answer(ReadOnlySpan<byte> request)
    {
        byte[] answer = new byte[BaseOtSuite.AnswerSize], keys0 = new byte[4096], keys1 = new byte[4096];
        Assert.True(BaseOtSender.TryAnswer(Session, request, answer, keys0, keys1));
        return [answer, keys0, keys1];
    }

    private static byte[] Break(byte[] message, string fault)
    {
        switch (fault)
        {
            case "short":
                return message[..^1];
            case "long":
                return [.. message, 0];
            case "identity":
                message.AsSpan(message.Length - 32).Clear();
                return message;
            default:
                message.AsSpan(message.Length - 32).Fill(0xff);
                return message;
        }
    }
}
