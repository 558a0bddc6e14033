namespace VerticalFL.Messages.Control;

/// <summary>How a run ended at one party; the reason in words stays at that party.</summary>
public enum RunOutcome
{
    /// <summary>Finished.</summary>
    Finished = 0,

    /// <summary>Cancelled by an operator, or because another party ended.</summary>
    Cancelled = 1,

    /// <summary>The party's data cannot be used.</summary>
    DataRefused = 2,

    /// <summary>Too few common patients.</summary>
    CohortTooSmall = 3,

    /// <summary>The party's policy or a missing approval forbids the run.</summary>
    NotAllowed = 4,

    /// <summary>A peer broke the protocol.</summary>
    PeerBrokeProtocol = 5,

    /// <summary>A peer could not be reached.</summary>
    ChannelLost = 6,

    /// <summary>Training met a number that is not finite, or a loss that explodes.</summary>
    NotFinite = 7,

    /// <summary>Anything else; the party's log says what.</summary>
    Failed = 8,
}
