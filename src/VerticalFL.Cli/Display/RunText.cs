using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Display;

/// <summary>Stations and outcomes in words.</summary>
internal static class RunText
{
    public static string Of(Station station) => station switch
    {
        Station.Connecting => "connecting",
        Station.Reading => "reading",
        Station.Aligning => "aligning",
        Station.Training => "training",
        Station.Evaluating => "evaluating",
        _ => "ended",
    };

    public static string Of(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Finished => "finished",
        RunOutcome.Cancelled => "cancelled",
        RunOutcome.DataRefused => "its data cannot be used",
        RunOutcome.CohortTooSmall => "too few common patients",
        RunOutcome.NotAllowed => "not allowed here",
        RunOutcome.PeerBrokeProtocol => "a peer broke the protocol",
        RunOutcome.ChannelLost => "a peer could not be reached",
        RunOutcome.NotFinite => "a number is not finite",
        _ => "failed",
    };
}
