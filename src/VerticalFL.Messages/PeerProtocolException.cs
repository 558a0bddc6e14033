namespace VerticalFL.Messages;

/// <summary>
/// A peer broke the protocol: a wrong message, a wrong size, a value that no honest party sends. Fatal to the run, audited, never retried.
/// </summary>
public sealed class PeerProtocolException : Exception
{
    /// <summary>Names who, where and what.</summary>
    /// <param name="peer">The party that broke the protocol.</param>
    /// <param name="step">The step that this side was at, such as "alignment: evaluated elements".</param>
    /// <param name="problem">What was wrong, as one clause; never content.</param>
    /// <param name="inner">The cause, if any.</param>
    public PeerProtocolException(PartyId peer, string step, string problem, Exception? inner = null)
        : base($"Party '{peer}' broke the protocol at step '{step}': {problem}", inner)
    {
        Peer = peer;
        Step = step;
    }

    /// <summary>Makes the exception.</summary>
    public PeerProtocolException()
    {
        Step = "";
    }

    /// <summary>Makes the exception.</summary>
    public PeerProtocolException(string message)
        : base(message)
    {
        Step = "";
    }

    /// <summary>Makes the exception.</summary>
    public PeerProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
        Step = "";
    }

    /// <summary>The party that broke the protocol.</summary>
    public PartyId Peer { get; }

    /// <summary>The step that this side was at.</summary>
    public string Step { get; }
}
