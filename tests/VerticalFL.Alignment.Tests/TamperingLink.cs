using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Tests;

/// <summary>What becomes of a message on its way: any number of messages in its place.</summary>
internal delegate IEnumerable<object> Tamper(PartyId from, PartyId to, object message);

/// <summary>Two channel ends with somebody in between who decodes, changes and sends on: a fake hostile peer.</summary>
internal static class TamperingLink
{
    public static (Channel A, Channel B) CreatePair(PartyId a, PartyId b, Tamper tamper)
    {
        (Channel endOfA, Channel towardsA) = Channel.CreateInMemoryPair(a, b);
        (Channel towardsB, Channel endOfB) = Channel.CreateInMemoryPair(a, b);
        _ = PumpAsync(towardsA, towardsB, a, b, tamper);
        _ = PumpAsync(towardsB, towardsA, b, a, tamper);
        return (endOfA, endOfB);
    }

    private static async Task PumpAsync(Channel source, Channel target, PartyId from, PartyId to, Tamper tamper)
    {
        try
        {
            while (true)
            {
                object message = Decode(await source.ReceiveAnyAsync(CancellationToken.None));
                foreach (object changed in tamper(from, to, message))
                {
                    await SendAsync(target, changed);
                }
            }
        }
        catch (ChannelLostException)
        {
            await target.DisposeAsync();
        }
    }

    private static object Decode(ReceivedMessage message) => message.Type switch
    {
        MessageType.AlignmentHello => message.Decode<AlignmentHello>(),
        MessageType.AlignmentSizes => message.Decode<AlignmentSizes>(),
        MessageType.BlindedElements => message.Decode<BlindedElements>(),
        MessageType.EvaluatedElements => message.Decode<EvaluatedElements>(),
        MessageType.OkvsChunk => message.Decode<OkvsChunk>(),
        MessageType.OprfTags => message.Decode<OprfTags>(),
        MessageType.CohortAnnouncement => message.Decode<CohortAnnouncement>(),
        MessageType.CohortMarks => message.Decode<CohortMarks>(),
        MessageType.ZeroShareKey => message.Decode<ZeroShareKey>(),
        MessageType.OrderContribution => message.Decode<OrderContribution>(),
        MessageType.RowCheckContribution => message.Decode<RowCheckContribution>(),
        MessageType.RowCheckDigest => message.Decode<RowCheckDigest>(),
        MessageType.VoleRequest => message.Decode<VoleRequest>(),
        MessageType.VoleAnswer => message.Decode<VoleAnswer>(),
        MessageType.VoleSums => message.Decode<VoleSums>(),
        MessageType.VoleChallenge => message.Decode<VoleChallenge>(),
        MessageType.VoleProof => message.Decode<VoleProof>(),
        MessageType.VoleTable => message.Decode<VoleTable>(),
        MessageType.VoleWord => message.Decode<VoleWord>(),
        _ => throw new InvalidOperationException($"{message.Type} is not a message of the alignment."),
    };

    private static ValueTask SendAsync(Channel target, object message) => message switch
    {
        AlignmentHello m => target.SendAsync(m, CancellationToken.None),
        AlignmentSizes m => target.SendAsync(m, CancellationToken.None),
        BlindedElements m => target.SendAsync(m, CancellationToken.None),
        EvaluatedElements m => target.SendAsync(m, CancellationToken.None),
        OkvsChunk m => target.SendAsync(m, CancellationToken.None),
        OprfTags m => target.SendAsync(m, CancellationToken.None),
        CohortAnnouncement m => target.SendAsync(m, CancellationToken.None),
        CohortMarks m => target.SendAsync(m, CancellationToken.None),
        ZeroShareKey m => target.SendAsync(m, CancellationToken.None),
        OrderContribution m => target.SendAsync(m, CancellationToken.None),
        RowCheckContribution m => target.SendAsync(m, CancellationToken.None),
        RowCheckDigest m => target.SendAsync(m, CancellationToken.None),
        VoleRequest m => target.SendAsync(m, CancellationToken.None),
        VoleAnswer m => target.SendAsync(m, CancellationToken.None),
        VoleSums m => target.SendAsync(m, CancellationToken.None),
        VoleChallenge m => target.SendAsync(m, CancellationToken.None),
        VoleProof m => target.SendAsync(m, CancellationToken.None),
        VoleTable m => target.SendAsync(m, CancellationToken.None),
        VoleWord m => target.SendAsync(m, CancellationToken.None),
        _ => throw new InvalidOperationException($"{message.GetType()} is not a message of the alignment."),
    };
}
