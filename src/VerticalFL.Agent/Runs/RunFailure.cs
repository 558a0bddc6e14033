using VerticalFL.Alignment;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Training.Engines;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>Which kind of end an exception is, and its sentence for the party's own operator.</summary>
internal static class RunFailure
{
    public static (RunOutcome Outcome, string Error) Of(Exception exception, ActiveRun run, PartyId self) => exception switch
    {
        OperationCanceledException => (RunOutcome.Cancelled, $"The run was cancelled: {run.StopReason ?? "the agent is stopping"}."),
        DataException e => (RunOutcome.DataRefused, $"The data of '{self}' cannot be used: {e.Message}"),
        CohortTooSmallException e => (RunOutcome.CohortTooSmall, e.Message),
        PolicyRefusedException e => (RunOutcome.NotAllowed, e.Message),
        PeerProtocolException e => (RunOutcome.PeerBrokeProtocol, e.Message),
        ChannelLostException e => run.StopReason is { } reason
            ? (RunOutcome.Cancelled, $"The run was cancelled: {reason}.")
            : (RunOutcome.ChannelLost, e.Message),
        NonFiniteException e => (RunOutcome.NotFinite, e.Message),
        IOException or UnauthorizedAccessException => (RunOutcome.Failed, $"The run failed at '{self}': {exception.Message}"),

        // The message of an exception that nobody expected may quote a cell or an identifier; it goes nowhere.
        _ => (RunOutcome.Failed, $"The run failed at '{self}' with an unexpected {exception.GetType().Name}: see the agent's log."),
    };
}
