using VerticalFL.Alignment;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>What a party has in hand when it begins to train.</summary>
internal sealed record PartySession(
    ActiveRun Run, PartyInput Input, AlignmentResult Aligned, RunChannels Channels, HeadExchange Heads, MessageLedger Ledger, TrainingContext Training);

/// <summary>What the alignment took.</summary>
/// <param name="Result">The common patients.</param>
/// <param name="Seconds">Wall time at this party.</param>
/// <param name="Bytes">Bytes of messages that this party sent and received.</param>
internal sealed record AlignmentFigures(AlignmentResult Result, double Seconds, long Bytes);
