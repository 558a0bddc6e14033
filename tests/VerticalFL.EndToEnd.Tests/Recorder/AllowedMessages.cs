using System.Reflection;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// Who may send which message to whom, as protocols/alignment/README.md, protocols/training/README.md and protocols/messages/README.md list it
/// for three or more parties; and that the bytes of each are exactly its fields, with nothing beside them.
/// </summary>
internal static class AllowedMessages
{
    private static readonly Dictionary<MessageType, Type> Records = typeof(MessageCatalog).Assembly.GetTypes()
        .Where(t => !t.IsInterface && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IMessage<>)))
        .ToDictionary(t => ((MessageDescriptor)t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!).Type);

    private static readonly MessageType[] BetweenAll = [MessageType.AuditHead, MessageType.OrderContribution, MessageType.RowCheckContribution, MessageType.RowCheckDigest];

    /// <summary>The messages of the protocol <c>ecdh</c>, which a study with another one has none of.</summary>
    public static readonly MessageType[] OfEcdh = [MessageType.BlindedElements, MessageType.EvaluatedElements];

    private static readonly MessageType[] OfVole =
    [
        MessageType.VoleRequest, MessageType.VoleAnswer, MessageType.VoleSums, MessageType.VoleChallenge, MessageType.VoleProof, MessageType.VoleTable,
        MessageType.VoleWord,
    ];

    private static readonly MessageType[] LabelToFeature =
    [
        .. BetweenAll, MessageType.AlignmentChoice, MessageType.AlignmentHello, MessageType.AlignmentSizes, MessageType.BlindedElements, MessageType.CohortAnnouncement,
        MessageType.VoleAnswer, MessageType.VoleChallenge, MessageType.VoleTable,
        MessageType.RowAssignment, MessageType.ResumeChoice, MessageType.ActivationGradients, MessageType.EpochDecision, MessageType.RunSummary, MessageType.ModelChoice,
    ];

    private static readonly MessageType[] FeatureToLabel =
    [
        .. BetweenAll, MessageType.AlignmentOffer, MessageType.AlignmentHello, MessageType.EvaluatedElements, MessageType.OkvsChunk, MessageType.VoleRequest,
        MessageType.VoleSums, MessageType.VoleProof, MessageType.VoleWord, MessageType.TrainingReady,
        MessageType.ResumeOffer, MessageType.MaskedActivations, MessageType.CheckpointSaved, MessageType.PartSummary,
    ];

    private static readonly MessageType[] FeatureToFeature = [.. BetweenAll, MessageType.ZeroShareKey, MessageType.MaskContribution];

    private static readonly MessageType[] ToCoordinator =
    [
        MessageType.AgentHello, MessageType.TicketRequest, MessageType.SignedApproval, MessageType.RunProgress, MessageType.AttemptOver, MessageType.LinkReport, MessageType.RunEnded,
        MessageType.Ping,
    ];

    private static readonly MessageType[] FromCoordinator =
    [
        MessageType.AgentWelcome, MessageType.Refusal, MessageType.TicketGrant, MessageType.StudyOffer, MessageType.RunOrder, MessageType.AttemptStop, MessageType.RunClosed,
        MessageType.RunCancel, MessageType.Pong,
    ];

    public static IEnumerable<string> Judge(IReadOnlyList<RecordedMessage> messages, Study study)
    {
        foreach (RecordedMessage message in messages)
        {
            if (!Between(message.From, message.To, study).Contains(message.Type)
                || (study.Alignment.Protocol == "vole" ? OfEcdh : OfVole).Contains(message.Type))
            {
                yield return $"not listed: {message}";
            }

            if (!IsCanonical(message))
            {
                yield return $"not exactly its fields: {message}";
            }
            else if (message.Type == MessageType.RunProgress)
            {
                RunProgress progress = MessageCodec.Decode<RunProgress>(message.Bytes);
                if ((progress.ValidationLoss is not null && !study.Privacy.Release.Contains(ReleasedTelemetry.ValidationLoss))
                    || ((progress.RowsPerSecond is not null || progress.Forecast is not null) && !study.Privacy.Release.Contains(ReleasedTelemetry.Throughput)))
                {
                    yield return $"telemetry that the study does not release: {message}";
                }
            }
        }
    }

    private static MessageType[] Between(PartyId from, PartyId to, Study study) =>
        to == PartyId.Coordinator ? ToCoordinator
        : from == PartyId.Coordinator ? FromCoordinator
        : from == study.LabelParty ? LabelToFeature
        : to == study.LabelParty ? FeatureToLabel
        : FeatureToFeature;

    private static bool IsCanonical(RecordedMessage message)
    {
        if (!Records.TryGetValue(message.Type, out Type? record))
        {
            return false;
        }

        var again = (byte[]?)typeof(AllowedMessages).GetMethod(nameof(Again), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(record).Invoke(null, [message.Bytes]);
        return message.Bytes.AsSpan().SequenceEqual(again);
    }

    private static byte[]? Again<T>(byte[] bytes)
        where T : IMessage<T>
    {
        try
        {
            return MessageCodec.Encode(MessageCodec.Decode<T>(bytes));
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }
}
