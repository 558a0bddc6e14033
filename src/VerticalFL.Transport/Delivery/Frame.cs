namespace VerticalFL.Transport.Delivery;

/// <summary>A frame that has arrived. The body is valid until the reader's next read.</summary>
internal readonly record struct Frame(FrameKind Kind, ReadOnlyMemory<byte> Body);
