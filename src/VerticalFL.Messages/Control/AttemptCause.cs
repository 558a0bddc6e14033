namespace VerticalFL.Messages.Control;

/// <summary>Why one attempt of a run is over at a party although the run is not; the reason in words stays at that party.</summary>
public enum AttemptCause
{
    /// <summary>The agent's process was killed in the middle of it and is back; what it held in memory is gone.</summary>
    ProcessRestarted = 0,

    /// <summary>The agent's service is being stopped in order; the next attempt must wait for its return.</summary>
    AgentStopped = 1,

    /// <summary>A peer could not be reached any longer, or had lost its memory.</summary>
    ChannelLost = 2,

    /// <summary>The party's disk refused to take or give a file.</summary>
    StorageFailed = 3,

    /// <summary>The coordinator asked for it.</summary>
    Stopped = 4,
}
