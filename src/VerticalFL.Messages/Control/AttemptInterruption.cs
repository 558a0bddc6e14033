namespace VerticalFL.Messages.Control;

/// <summary>The end of an attempt that was not the run's end.</summary>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Party">The party that told it; null when an operator paused the run.</param>
/// <param name="Cause">Why.</param>
public sealed record AttemptInterruption(int Attempt, PartyId? Party, AttemptCause Cause)
{
    /// <summary>The channel that was lost, where that is the cause and the party told which; null otherwise.</summary>
    public LostLink? Lost { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"attempt {Attempt} was over: " + (Party is not { } party
        ? "the run was paused"
        : Cause switch
        {
            AttemptCause.ProcessRestarted => $"the agent of '{party}' was killed and started again",
            AttemptCause.AgentStopped => $"the agent of '{party}' was stopped",
            AttemptCause.ChannelLost when Lost is { } lost => $"'{party}' lost the channel to '{lost.Peer}': {lost.Fault.InWords()}",
            AttemptCause.ChannelLost => $"'{party}' lost the channel to a peer",
            AttemptCause.StorageFailed => $"the disk of '{party}' refused a file; its own log says which",
            _ => $"it was stopped at '{party}'",
        });
}
