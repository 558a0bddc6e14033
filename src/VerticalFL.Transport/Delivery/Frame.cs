namespace VerticalFL.Transport.Delivery;

/// <summary>The head of a frame: what it is, and how much follows.</summary>
internal readonly record struct FrameHead(FrameKind Kind, int BodyLength);

/// <summary>A frame that has arrived. The body is valid until the reader's next read.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Body);
