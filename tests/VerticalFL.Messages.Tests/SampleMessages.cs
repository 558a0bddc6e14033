using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Training;

namespace VerticalFL.Messages.Tests;

/// <summary>One or more samples of every message. A message that is added inherits the contract tests by adding itself here.</summary>
internal static class SampleMessages
{
    private static readonly StudyId Study = StudyId.FromBytes(Bytes(32, 1));
    private static readonly RunId Run = RunId.FromBytes(Bytes(16, 2));

    private static readonly PredictionTerms Terms = new(RunId.FromBytes(Bytes(16, 44)), Bytes(PredictionTerms.ModelHashSize, 45), "new patients", "follow-up", 50);

    public static IReadOnlyList<Sample> All { get; } =
    [
        Sample.Of(new AgentHello(AgentHello.CurrentVersion, new PartyId("lab"), "vfl 0.1.0", Bytes(AgentHello.IncarnationSize, 34))),
        Sample.Of(new AgentWelcome(AgentHello.CurrentVersion, "vfl 0.1.0")),
        Sample.Of(new Refusal(0, RefusalCode.Certificate, "the certificate of 'lab' was revoked")),
        Sample.Of(new TicketRequest(1, Study, Run, 1, "align-1", new PartyId("lab"))),
        Sample.Of(new TicketGrant(1, Bytes(TicketGrant.TicketSize, 35))),
        Sample.Of(new Ping(int.MaxValue)),
        Sample.Of(new Pong(0)),
        Sample.Of(new RunOrder(Study, Run, 2, []) { After = new AttemptInterruption(1, new PartyId("lab"), AttemptCause.ChannelLost) { Lost = new LostLink(new PartyId("hospital"), LinkFault.Silent) } }),
        Sample.Of(new RunOrder(Study, Run, 3, []) { After = new AttemptInterruption(2, null, AttemptCause.Stopped) }),
        Sample.Of(new RunOrder(Study, Run, 1, [Bytes(100, 3), Bytes(70_000 % RunOrder.MaxApprovalBytes, 4)])),
        Sample.Of(new RunOrder(Study, Run, 1, [Bytes(100, 3)]) { Prediction = Terms }),
        Sample.Of(new PredictionRequest(Study, Run, Terms)),
        Sample.Of(new PredictionRequest(Study, Run, Terms with { Without = [new PartyId("lab"), new PartyId("pharmacy")] })),
        Sample.Of(new RunCancel(Run, "the operator of 'lab' asked for it")),
        Sample.Of(new RunCancel(Run, "party 'lab' ended the run") { Cause = RunOutcome.NotAllowed }),
        Sample.Of(new RunProgress(Run, 2, Station.Training, 42, 0.5, 12_345.5, 14)),
        Sample.Of(new RunProgress(Run, 1, Station.Aligning, 0)),
        Sample.Of(new RunProgress(Run, 1, Station.Aligning, 40, Pass: 2)),
        Sample.Of(new RunProgress(Run, 1, Station.Training, 3) { Forecast = new RunForecast(1, 15, 60, 0.25, 15.5, 1_000_000, 61_000_000) }),
        Sample.Of(new RunProgress(Run, int.MaxValue, Station.Training, 100, 0.5, 1, int.MaxValue)
        {
            Forecast = new RunForecast(int.MaxValue, int.MaxValue, int.MaxValue, 1, 1, long.MaxValue, long.MaxValue) { Measured = new MeasuredTraining(int.MaxValue, 1, long.MaxValue) },
        }),
        Sample.Of(new RunEnded(Run, 2, RunOutcome.Finished)),
        Sample.Of(new RunEnded(Run, 0, RunOutcome.Cancelled)),
        Sample.Of(new AttemptOver(Run, 2, AttemptCause.StorageFailed)),
        Sample.Of(new AttemptOver(Run, 2, AttemptCause.ChannelLost) { Lost = new LostLink(new PartyId("hospital"), LinkFault.TimedOut) }),
        Sample.Of(new AttemptStop(Run, 1)),
        Sample.Of(new RunClosed(Run)),
        Sample.Of(new LinkReport(Run, 2, new PartyId("hospital"), false, LinkFault.ConnectionRefused, 12_345, 14, 2_000)),
        Sample.Of(new LinkReport(Run, 1, new PartyId("a2345678901234567890123456789012"), true, LinkFault.PeerRefused, int.MaxValue, int.MaxValue, int.MaxValue)),

        Sample.Of(new StudyOffer(Bytes(1000, 27))),
        Sample.Of(new SignedApproval(Bytes(150, 28), Bytes(64, 29), Bytes(700, 30))),
        Sample.Of(new LedgerHead(int.MaxValue, Bytes(32, 43))),
        Sample.Of(new LedgerHeld(0, Bytes(32, 44))),
        Sample.Of(new AuditHead(new PartyId("lab"), 17, 1_795_262_400_000, Bytes(32, 31), Bytes(64, 32), Bytes(700, 33))),

        Sample.Of(new AlignmentHello(AlignmentHello.CurrentVersion, "ecdh", Study, Run, 1, 50, 2, 1_000_000)),
        Sample.Of(new AlignmentSizes([new PartyId("hospital"), new PartyId("lab")], [1000, 0])),
        Sample.Of(new AlignmentOffer(Bytes(AlignmentLimits.IdSize, 39))),
        Sample.Of(new AlignmentOffer(null)),
        Sample.Of(new AlignmentChoice(Bytes(AlignmentLimits.IdSize, 40))),
        Sample.Of(new AlignmentChoice(null)),
        Sample.Of(new BlindedElements(4096, Bytes(64, 5))),
        Sample.Of(new BlindedElements(0, Bytes(AlignmentLimits.ChunkElements * AlignmentLimits.ElementSize, 5))),
        Sample.Of(new EvaluatedElements(0, Bytes(96, 6))),
        Sample.Of(new OkvsChunk(Bytes(32, 7), 12, 10, Bytes(50, 8))),
        Sample.Of(new OprfTags(0, 10, Bytes(40, 9))),
        Sample.Of(new CohortAnnouncement(7, 0, 16, Bytes(112, 10))),
        Sample.Of(new ZeroShareKey(Bytes(32, 11), Bytes(32, 12))),
        Sample.Of(new OrderContribution(Bytes(32, 13), Bytes(32, 14))),
        Sample.Of(new RowCheckContribution(Bytes(32, 15), Bytes(32, 16))),
        Sample.Of(new RowCheckDigest(Bytes(32, 17), Bytes(32, 18))),
        Sample.Of(new VoleRequest(Bytes(AlignmentLimits.VoleRequestSize, 36))),
        Sample.Of(new VoleAnswer(Bytes(AlignmentLimits.MaxVoleAnswerSize, 37))),
        Sample.Of(new VoleSums(Bytes(AlignmentLimits.MaxVoleSumsSize, 38))),
        Sample.Of(new VoleChallenge(Bytes(16, 39))),
        Sample.Of(new VoleProof(Bytes(32, 40))),
        Sample.Of(new VoleTable(Bytes(48, 41), 4096, Bytes(AlignmentLimits.ChunkElements * 16, 42))),
        Sample.Of(new VoleWord(Bytes(16, 43))),
        Sample.Of(new CohortMarks(7, Bytes(16, 44), 0, Bytes(AlignmentLimits.ChunkMarks / 8, 45))),
        Sample.Of(new CohortMarks(0, Bytes(16, 44), 0, Bytes(0, 45))),

        Sample.Of(new MaskContribution { Attempt = 1, Contribution = Bytes(32, 19) }),
        Sample.Of(new RowAssignmentMessage { Parts = new byte[] { 0, 1, 2, 3, 0, 1 } }),
        Sample.Of(new TrainingReady { Attempt = 1, Rows = 810, CutWidth = 32, AssignmentHash = Bytes(32, 20) }),
        Sample.Of(
            new MaskedActivations { Purpose = ActivationPurpose.Training, Step = 1L << 39, Microbatch = 3, Values = Bytes(4096, 21) }),
        Sample.Of(new ActivationGradients { Step = 7, Microbatch = 0, Values = Bytes(4096, 22) }),
        Sample.Of(new ActivationGradients { Step = 8, Microbatch = ushort.MaxValue, Values = Bytes(64, 22), Checkpoint = 1L << 39 }),
        Sample.Of(new EpochDecision { Epoch = 3, Outcome = EpochOutcome.KeepAndContinue }),
        Sample.Of(new EpochDecision { Epoch = int.MaxValue, Outcome = EpochOutcome.Stop, Checkpoint = 0 }),
        Sample.Of(new ResumeOffer { Held = [] }),
        Sample.Of(new ResumeOffer { Held = [new CheckpointMark(1, Bytes(32, 36)), new CheckpointMark((1L << 40) - 1, Bytes(32, 37))] }),
        Sample.Of(new ResumeChoice { Chosen = new CheckpointMark(1L << 39, Bytes(32, 38)) }),
        Sample.Of(new ResumeChoice { Chosen = null }),
        Sample.Of(new ModelChoice { Model = 7 }),
        Sample.Of(new ModelChoice { Model = 7, RefitEpochs = int.MaxValue }),
        Sample.Of(new CheckpointSaved { Step = (1L << 40) - 1, Saved = false }),
        Sample.Of(new AbsenceContribution { Contribution = Bytes(AbsenceContribution.Size, 47) }),
        Sample.Of(new PredictionHello { Terms = Bytes(PredictionHello.HashSize, 46) }),
        Sample.Of(new PartSummary { PartHash = Bytes(32, 23), BytesSent = long.MaxValue, MessagesSent = 5 }),
        Sample.Of(new RunSummary
        {
            Parts = [new ModelPart(new PartyId("hospital"), Bytes(32, 24)), new ModelPart(new PartyId("lab"), Bytes(32, 25))],
            ModelHash = Bytes(32, 26),
        }),
    ];

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A message with its type hidden, so that one test walks them all.</summary>
    internal sealed record Sample(MessageDescriptor Descriptor, byte[] Encoded, Func<byte[], byte[]> DecodeAndEncode, string Name)
    {
        public static Sample Of<T>(T message)
            where T : IMessage<T> =>
            new(T.Descriptor, MessageCodec.Encode(message), bytes => MessageCodec.Encode(MessageCodec.Decode<T>(bytes)), typeof(T).Name);
    }
}
