using Xunit;

namespace VerticalFL.Messages.Tests;

/// <summary>What every message keeps, whoever added it.</summary>
public sealed class MessageContractTests
{
    public static TheoryData<int> Samples => [.. Enumerable.Range(0, SampleMessages.All.Count)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Message_decodes_to_the_same_bytes(int index)
    {
        SampleMessages.Sample sample = SampleMessages.All[index];

        Assert.Equal(sample.Encoded, sample.DecodeAndEncode(sample.Encoded));
        Assert.Equal(sample.Descriptor.Type, MessageCodec.PeekType(sample.Encoded));
        Assert.InRange(sample.Encoded.Length, 1, sample.Descriptor.MaxBytes);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Message_cut_off_anywhere_is_refused(int index)
    {
        SampleMessages.Sample sample = SampleMessages.All[index];
        int step = Math.Max(1, sample.Encoded.Length / 100);
        for (int length = 0; length < sample.Encoded.Length; length += step)
        {
            Assert.Throws<MessageFormatException>(() => sample.DecodeAndEncode(sample.Encoded[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Message_with_bytes_behind_it_is_refused(int index)
    {
        SampleMessages.Sample sample = SampleMessages.All[index];

        Assert.Throws<MessageFormatException>(() => sample.DecodeAndEncode([.. sample.Encoded, 0xc0]));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Message_as_another_type_is_refused(int index)
    {
        SampleMessages.Sample sample = SampleMessages.All[index];
        foreach (SampleMessages.Sample other in SampleMessages.All.Where(s => s.Descriptor.Type != sample.Descriptor.Type))
        {
            Assert.Throws<MessageFormatException>(() => other.DecodeAndEncode(sample.Encoded));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Mutated_message_is_a_canonical_message_or_refused_within_its_size(int index)
    {
        SampleMessages.Sample sample = SampleMessages.All[index];
        var random = new Random(index);

        // Long samples are mostly payload: their first bytes are where decisions are made.
        int head = Math.Min(sample.Encoded.Length, 128);
        int times = Environment.GetEnvironmentVariable("VFL_LONG") == "1" ? 20_000 : 400;
        for (int i = 0; i < times; i++)
        {
            byte[] mutated = [.. sample.Encoded];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                mutated[random.Next(head)] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => 0xff, _ => (byte)(0xc0 + random.Next(0x20)) };
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                byte[] again = sample.DecodeAndEncode(mutated);
                Assert.Equal(mutated, again);
            }
            catch (MessageFormatException)
            {
                // The one refusal that is allowed; it must not have cost more than the message itself, with room for the exception.
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (8L * mutated.Length) + 65_536);
            }
        }
    }

    [Fact]
    public void Encode_beyond_the_limit_is_refused()
    {
        var cancel = new VerticalFL.Messages.Control.RunCancel(default, new string('x', 4096));

        Assert.Throws<ArgumentException>(() => MessageCodec.Encode(cancel));
    }

    [Theory]
    [InlineData("90")]
    [InlineData("9100")]
    [InlineData("9109")]
    [InlineData("91cd0100")]
    [InlineData("c0")]
    [InlineData("")]
    [InlineData("dd00010000")]
    public void PeekType_of_what_is_no_message_is_refused(string hex) =>
        Assert.Throws<MessageFormatException>(() => MessageCodec.PeekType(Convert.FromHexString(hex)));
}
