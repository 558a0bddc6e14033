using System.Buffers.Binary;
using System.Text.Json;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Cryptography.Prg.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Prg;

public sealed class AesCtrTests
{
    public static TheoryData<bool> Backends => X86AesCtr.IsSupported ? [false, true] : [false];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Keystream_turns_the_published_plaintext_into_its_ciphertext(bool useInstructions)
    {
        JsonElement vector = VectorFile.Load("aes-256-ctr.json");
        using var aes = new AesCtr(vector.Hex("key"), useInstructions);
        byte[] text = vector.Hex("plaintext"), stream = new byte[text.Length];

        ulong prefix = BinaryPrimitives.ReadUInt64BigEndian(vector.Hex("prefix"));
        ulong firstBlock = BinaryPrimitives.ReadUInt64BigEndian(vector.Hex("firstBlock"));
        aes.Fill(prefix, firstBlock, stream);

        Assert.Equal(vector.Hex("ciphertext"), text.Zip(stream, (a, b) => (byte)(a ^ b)));
    }

    [Fact]
    public void Backends_give_the_same_bytes_at_every_length()
    {
        Assert.SkipUnless(X86AesCtr.IsSupported, "This processor has no x86 AES instructions.");
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)(7 * i))];
        using var portable = new AesCtr(key, useInstructions: false);
        using var fast = new AesCtr(key, useInstructions: true);
        for (int length = 0; length <= 300; length++)
        {
            byte[] a = new byte[length], b = new byte[length];
            ulong first = 0xfffffffe + (ulong)length;
            portable.Fill(0x0102030405060708, first, a);
            fast.Fill(0x0102030405060708, first, b);

            Assert.Equal(a, b);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Streams_can_be_entered_at_any_block(bool useInstructions)
    {
        using var aes = new AesCtr(new byte[32], useInstructions);
        byte[] whole = new byte[50 * 16], part = new byte[33];
        aes.Fill(5, 100, whole);
        aes.Fill(5, 117, part);

        Assert.Equal(whole.AsSpan(17 * 16, 33).ToArray(), part);
    }

    [Fact]
    public void Fill_refuses_a_counter_that_wraps()
    {
        using var aes = new AesCtr(new byte[32]);

        aes.Fill(0, ulong.MaxValue, new byte[16]);
        Assert.Throws<ArgumentOutOfRangeException>(() => aes.Fill(0, ulong.MaxValue, new byte[17]));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void Keys_have_32_bytes(int length) => Assert.Throws<ArgumentException>(() => new AesCtr(new byte[length]));

    [Fact]
    public void Disposed_stream_refuses_to_work()
    {
        var aes = new AesCtr(new byte[32]);
        aes.Dispose();

        Assert.Throws<ObjectDisposedException>(() => aes.Fill(0, 0, new byte[16]));
    }
}
