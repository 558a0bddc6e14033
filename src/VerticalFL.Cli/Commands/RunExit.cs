using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Commands;

/// <summary>The exit code of each end of a run.</summary>
internal static class RunExit
{
    public static int CodeOf(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Finished => ExitCodes.Ok,
        RunOutcome.Cancelled => ExitCodes.Cancelled,
        RunOutcome.DataRefused => ExitCodes.DataInvalid,
        RunOutcome.CohortTooSmall => ExitCodes.CohortTooSmall,
        RunOutcome.NotAllowed => ExitCodes.PolicyRefused,
        RunOutcome.PeerBrokeProtocol => ExitCodes.PeerBrokeProtocol,
        RunOutcome.ChannelLost => ExitCodes.ConnectionLost,
        _ => ExitCodes.RunFailed,
    };
}
