namespace VerticalFL.Messages.Control;

/// <summary>Why the coordinator refuses, for machines; people read <see cref="Refusal.Reason"/>.</summary>
public enum RefusalCode
{
    /// <summary>No code; never on the wire.</summary>
    None = 0,

    /// <summary>The agent's certificate is not accepted.</summary>
    Certificate = 1,

    /// <summary>The agent broke the control protocol, or speaks another version of it.</summary>
    Protocol = 2,

    /// <summary>The registry does not allow this channel.</summary>
    NotAllowed = 3,

    /// <summary>The peer has not asked for the same channel in time. Ask again.</summary>
    PeerAbsent = 4,

    /// <summary>The agent asks too often, or for too much at once. Ask again later.</summary>
    TooMany = 5,

    /// <summary>A newer request or connection of the same party took this one's place.</summary>
    Superseded = 6,
}
