using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>How a run ended at a party, in words for the other parties.</summary>
internal static class OutcomeText
{
    public static string Of(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Cancelled => "it was cancelled there",
        RunOutcome.DataRefused => "its data cannot be used",
        RunOutcome.CohortTooSmall => "too few patients are common to all parties",
        RunOutcome.NotAllowed => "its policy or a missing approval forbids it",
        RunOutcome.PeerBrokeProtocol => "a peer broke the protocol",
        RunOutcome.ChannelLost => "a peer could not be reached",
        RunOutcome.NotFinite => "training met a number that is not finite, or a loss that explodes",
        _ => "it failed; its own log says why",
    };
}
