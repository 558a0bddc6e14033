using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Transport.Tests;

/// <summary>A message of any size, under a number whose real limit is smaller; tests lift the limit.</summary>
internal sealed record TestBlob(ReadOnlyMemory<byte> Bytes) : IMessage<TestBlob>
{
    public static MessageDescriptor Descriptor { get; } =
        new(MessageType.OkvsChunk, 1, 256 * 1024 * 1024, MessageReaders.PeerParty, "Nothing: a test's bytes.");

    public static TestBlob ReadFields(ref MessagePackReader reader) => new(reader.ReadBinary(256 * 1024 * 1024).ToArray());

    public static TestBlob Of(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return new TestBlob(bytes);
    }

    public void WriteFields(MessagePackWriter writer) => writer.WriteBinary(Bytes.Span);
}
