using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Delivery;

/// <summary>Hello both ways, then welcome both ways. A link is up only after it.</summary>
internal static class LinkHandshake
{
    /// <summary>Exchanges hellos and positions.</summary>
    /// <returns>The peer's hello and the sequence number up to which it has received.</returns>
    /// <exception cref="LinkRefusedException">Either side refuses; both know why.</exception>
    public static async Task<(LinkHello Theirs, long Received)> RunAsync(
        Stream stream, FrameReader reader, PartyId peer, LinkHello mine, long received, TimeProvider time, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(FrameFormat.Bytes(FrameKind.Hello, mine.Encode()), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        Frame hello = await ExpectAsync(reader, peer, FrameKind.Hello, cancellationToken);
        (LinkHello? theirs, string? problem) = Compare(mine, hello.Body.Span);
        if (theirs is null)
        {
            await RefuseAsync(stream, problem!, time, cancellationToken);
            throw new LinkRefusedException(problem!, LinkFault.PeerRefused, isFinal: true);
        }

        var welcome = new byte[FrameFormat.HeaderSize + 8];
        FrameFormat.WriteNumber(welcome, FrameKind.Welcome, received);
        await stream.WriteAsync(welcome, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        Frame answer = await ExpectAsync(reader, peer, FrameKind.Welcome, cancellationToken);
        return (theirs, FrameFormat.ReadNumber(peer, answer.Body.Span));
    }

    /// <summary>Says no, and waits for the peer to hang up.</summary>
    public static Task RefuseAsync(Stream stream, string reason, TimeProvider time, CancellationToken cancellationToken) => LastWord.SayAsync(
        stream,
        async token =>
        {
            await stream.WriteAsync(FrameFormat.Refusal(reason), token);
            await stream.FlushAsync(token);
        },
        time,
        cancellationToken);

    private static (LinkHello? Theirs, string? Problem) Compare(LinkHello mine, ReadOnlySpan<byte> body)
    {
        try
        {
            return mine.Compare(body);
        }
        catch (MessageFormatException e)
        {
            return (null, $"its hello is malformed ({e.Message.TrimEnd('.')})");
        }
    }

    private static async Task<Frame> ExpectAsync(FrameReader reader, PartyId peer, FrameKind kind, CancellationToken cancellationToken)
    {
        Frame frame = await reader.ReadAsync(cancellationToken);
        return frame.Kind == kind ? frame
            : frame.Kind == FrameKind.Refusal ? throw new LinkRefusedException($"party '{peer}' refused: {FrameFormat.ReadReason(frame.Body.Span)}", LinkFault.PeerRefused, isFinal: true)
            : throw new PeerProtocolException(peer, "hello", $"A frame of kind {(int)frame.Kind} came where {kind} was due.");
    }
}
