using System.Text.Json;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

public sealed class MessageVectorTests
{
    [Fact]
    public void Decode_every_valid_message_and_encode_it_to_the_same_bytes()
    {
        var seen = new HashSet<MessageType>();
        foreach (JsonElement vector in Vectors.Load("messages.json").List("valid"))
        {
            byte[] bytes = vector.Hex("hex");
            Assert.Equal(bytes, RoundTrip(vector.Text("message"), bytes));
            seen.Add(MessageCodec.PeekType(bytes));
        }

        Assert.Equal(Enum.GetValues<MessageType>().Where(t => (int)t is >= 100 and < 150), seen.Order());
    }

    [Fact]
    public void Decode_every_invalid_message_is_refused()
    {
        foreach (JsonElement vector in Vectors.Load("messages.json").List("invalid"))
        {
            byte[] zeros = new byte[vector.TryGetProperty("zeroBytesBehind", out JsonElement behind) ? behind.GetInt32() : 0];
            byte[] bytes = [.. vector.Hex("hex"), .. zeros];
            Exception? failure = Record.Exception(() => RoundTrip(vector.Text("message"), bytes));
            string what = $"{vector.Text("message")}, {vector.Text("reason")}: {failure?.GetType().Name ?? "accepted"}";
            Assert.True(failure is MessageFormatException, what);
        }
    }

    [Fact]
    public void Decode_every_valid_message_cut_short_anywhere_is_refused()
    {
        foreach (JsonElement vector in Vectors.Load("messages.json").List("valid"))
        {
            byte[] bytes = vector.Hex("hex");
            for (int length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<MessageFormatException>(() => RoundTrip(vector.Text("message"), bytes[..length]));
            }
        }
    }

    [Fact]
    public void Encode_the_largest_messages_stays_within_their_limits()
    {
        const int Chunk = AlignmentLimits.ChunkElements;
        const int Place = AlignmentLimits.MaxItems - 1;
        MessageCodec.Encode(new BlindedElements(Place, new byte[Chunk * 32]));
        MessageCodec.Encode(new EvaluatedElements(Place, new byte[Chunk * 32]));
        MessageCodec.Encode(new OkvsChunk(new byte[32], AlignmentLimits.MaxOkvsSlots - 1, 16, new byte[Chunk * 16]));
        MessageCodec.Encode(new OprfTags(Place, 16, new byte[Chunk * 16]));
        MessageCodec.Encode(new CohortAnnouncement(AlignmentLimits.MaxItems, Place, 16, new byte[Chunk * 16]));
        MessageCodec.Encode(new CohortMarks(AlignmentLimits.MaxItems, new byte[16], Place, new byte[AlignmentLimits.ChunkMarks / 8]));
        MessageCodec.Encode(new VoleTable(new byte[48], AlignmentLimits.MaxOkvsSlots - 1, new byte[Chunk * 16]));
        MessageCodec.Encode(new AlignmentHello(
            ushort.MaxValue, new string('x', 16), default, default, int.MaxValue, int.MaxValue, AlignmentLimits.MaxKeys, AlignmentLimits.MaxItems));
        PartyId[] parties = [.. Enumerable.Range(0, AlignmentLimits.MaxParties).Select(i => new PartyId(new string('p', 31) + i))];
        MessageCodec.Encode(new AlignmentSizes(parties, [.. parties.Select(_ => AlignmentLimits.MaxItems)]));
    }

    private static byte[] RoundTrip(string message, byte[] bytes) => message switch
    {
        nameof(AlignmentHello) => Same<AlignmentHello>(bytes),
        nameof(AlignmentSizes) => Same<AlignmentSizes>(bytes),
        nameof(BlindedElements) => Same<BlindedElements>(bytes),
        nameof(EvaluatedElements) => Same<EvaluatedElements>(bytes),
        nameof(OkvsChunk) => Same<OkvsChunk>(bytes),
        nameof(OprfTags) => Same<OprfTags>(bytes),
        nameof(CohortAnnouncement) => Same<CohortAnnouncement>(bytes),
        nameof(CohortMarks) => Same<CohortMarks>(bytes),
        nameof(ZeroShareKey) => Same<ZeroShareKey>(bytes),
        nameof(OrderContribution) => Same<OrderContribution>(bytes),
        nameof(RowCheckContribution) => Same<RowCheckContribution>(bytes),
        nameof(RowCheckDigest) => Same<RowCheckDigest>(bytes),
        nameof(VoleRequest) => Same<VoleRequest>(bytes),
        nameof(VoleAnswer) => Same<VoleAnswer>(bytes),
        nameof(VoleSums) => Same<VoleSums>(bytes),
        nameof(VoleChallenge) => Same<VoleChallenge>(bytes),
        nameof(VoleProof) => Same<VoleProof>(bytes),
        nameof(VoleTable) => Same<VoleTable>(bytes),
        nameof(VoleWord) => Same<VoleWord>(bytes),
        nameof(AlignmentOffer) => Same<AlignmentOffer>(bytes),
        nameof(AlignmentChoice) => Same<AlignmentChoice>(bytes),
        _ => throw new InvalidOperationException($"{message} is not a message of the alignment."),
    };

    private static byte[] Same<T>(byte[] bytes)
        where T : IMessage<T> => MessageCodec.Encode(MessageCodec.Decode<T>(bytes));
}
