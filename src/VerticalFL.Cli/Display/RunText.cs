using VerticalFL.Coordinator.Registry;
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
        Station.Predicting => "predicting",
        _ => "ended",
    };

    /// <summary>Why the run is not in its first attempt, and what the next one waits for; empty when nothing has happened.</summary>
    public static string OfInterruption(RunView run) => run.LastOver is not { } over ? ""
        : run.Waiting is { } waiting ? $"{over}; {waiting}"
        : $"{over}; attempt {run.Attempt} is under way";

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
