using VerticalFL.Agent.Reports.Page;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

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

    /// <summary>A link that is missing: between whom, since when, why, and when it is tried again.</summary>
    public static string OfLink(LinkView link)
    {
        string next = link.NextTrySeconds > 0 ? $"next try in {link.NextTrySeconds:0.0} s" : "being dialled";
        string tries = link.Tries > 0 ? $"tried {link.Tries} times{(link.CircuitOpen ? ", the circuit is open" : "")}, " : "";
        return $"link {link.Party} - {link.Peer} down for {link.DownSeconds:0.0} s: {link.Fault.InWords()} (says {link.Party}); {tries}{next}";
    }

    /// <summary>A link that was missing for a time.</summary>
    public static string OfOutage(LinkOutageView outage) =>
        $"link {outage.Party} - {outage.Peer} was down for {outage.DownSeconds:0.0} s in attempt {outage.Attempt}: {outage.Fault.InWords()} (says {outage.Party})";

    /// <summary>Which of several models is trained, or which fold's; empty when there is one only.</summary>
    public static string OfTraining(RunView run) => run.Model is { } model ? model == Study.Refit ? "second training, with the validation rows" : $"model {model}" : run.Fold is { } fold ? $"fold {fold}" : "";

    /// <summary>What a training is expected to take; when it is over, what it took beside that. Empty while nothing is known.</summary>
    public static string OfForecast(RunView run) => run.Forecast is not { } forecast ? ""
        : (run.Model is null && forecast.Model == 1 ? "forecast" : $"forecast for model {forecast.Model}")
            + FormattableString.Invariant($": {forecast.SecondsPerEpoch:0.000} s and {Figures.Bytes(forecast.BytesPerEpoch)} an epoch, ")
            + FormattableString.Invariant($"{StationClock.Text(forecast.Seconds)} and {Figures.Bytes(forecast.Bytes)} for all {forecast.Epochs} if it does not stop early")
            + (forecast.Measured is { } measured
                ? $"; {OfMeasured(measured)}"
                : "");

    /// <summary>What a training took.</summary>
    public static string OfMeasured(MeasuredTraining measured) =>
        FormattableString.Invariant($"measured: {measured.Seconds:0.0} s and {Figures.Bytes(measured.Bytes)} for {measured.Epochs} epochs");

    public static string Of(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Finished => "finished",
        RunOutcome.Cancelled => "cancelled",
        RunOutcome.DataRefused => "its data cannot be used",
        RunOutcome.CohortTooSmall => "too few common patients",
        RunOutcome.NotAllowed => "not allowed here",
        RunOutcome.PeerBrokeProtocol => "a peer broke the protocol",
        RunOutcome.ChannelLost => "a peer could not be reached",
        RunOutcome.NotFinite => "a number is not finite, or the loss exploded",
        _ => "failed",
    };
}
