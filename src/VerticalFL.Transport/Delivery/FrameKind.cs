namespace VerticalFL.Transport.Delivery;

/// <summary>What a frame is: the byte behind its length. Numbers are never given twice.</summary>
internal enum FrameKind : byte
{
    None = 0,

    /// <summary>First frame both ways: what this link is for.</summary>
    Hello = 1,

    /// <summary>Second frame both ways: the peer's hello is accepted, and how far this side has received.</summary>
    Welcome = 2,

    /// <summary>The link, or the whole channel, is refused: a sentence.</summary>
    Refusal = 3,

    /// <summary>The first chunk of a message, with the message's length.</summary>
    DataFirst = 4,

    /// <summary>A further chunk of a message.</summary>
    DataNext = 5,

    /// <summary>Everything up to a sequence number is received and may be forgotten.</summary>
    Ack = 6,

    /// <summary>Nothing but a sign of life.</summary>
    Heartbeat = 7,

    /// <summary>The sender will send no more; everything before was sent.</summary>
    Close = 8,

    /// <summary>The answer to <see cref="Close"/>: everything before it is received.</summary>
    Closed = 9,
}
