using VerticalFL.Alignment;
using VerticalFL.Data;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Training.Engines;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>What an exception means for a run: the end of the attempt, after which another one may do better, or the end of the run.</summary>
internal static class RunFailure
{
    /// <summary>Why the attempt is over while the run goes on; null when the exception ends the run.</summary>
    public static AttemptCause? CauseOf(Exception exception, ActiveRun run) => exception switch
    {
        // What a stop breaks on its way out is the stop's doing.
        OperationCanceledException or IOException when run.StopCause is { } stop => stop,
        ChannelLostException => AttemptCause.ChannelLost,
        IOException or UnauthorizedAccessException => AttemptCause.StorageFailed,
        _ => null,
    };

    /// <summary>Which kind of end it is, and its sentence for the party's own operator.</summary>
    public static (RunOutcome Outcome, string Error) Of(Exception exception, PartyId self) => exception switch
    {
        DataException e => (RunOutcome.DataRefused, $"The data of '{self}' cannot be used: {e.Message}"),
        CohortTooSmallException e => (RunOutcome.CohortTooSmall, e.Message),
        PolicyRefusedException e => (RunOutcome.NotAllowed, e.Message),
        PeerProtocolException e => (RunOutcome.PeerBrokeProtocol, e.Message),
        StorageException e => (RunOutcome.Failed, e.Message),
        NonFiniteException or LossExplodedException => (RunOutcome.NotFinite, $"Training cannot go on at '{self}'. {exception.Message}"),

        // The message of an exception that nobody expected may quote a cell or an identifier; it goes nowhere.
        _ => (RunOutcome.Failed, $"The run failed at '{self}' with an unexpected {exception.GetType().Name}: see the agent's log."),
    };
}
