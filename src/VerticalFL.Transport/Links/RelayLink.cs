using VerticalFL.Messages.Control;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Transport.Links;

/// <summary>A data connection through the coordinator: magic, ticket, one byte of answer, and from there on the peer's bytes.</summary>
internal static class RelayLink
{
    // A ticket lives 30 s; the coordinator answers by then at the latest.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Connects and waits for the peer.</summary>
    /// <exception cref="IOException">It did not come to a splice.</exception>
    public static async Task<Stream> ConnectAsync(
        HostAddress address, HttpProxy? proxy, ReadOnlyMemory<byte> ticket, TimeProvider time, CancellationToken cancellationToken)
    {
        Stream stream = await TcpDialer.ConnectAsync("the coordinator", address, RelayProtocol.ConnectPatience, time, cancellationToken, proxy);
        using var timeout = new CancellationTokenSource(AnswerTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var preamble = new byte[RelayProtocol.PreambleSize];
            RelayProtocol.Magic.CopyTo(preamble);
            ticket.CopyTo(preamble.AsMemory(RelayProtocol.Magic.Length));
            await stream.WriteAsync(preamble, both.Token);
            await stream.FlushAsync(both.Token);
            var answer = new byte[1];
            await stream.ReadExactlyAsync(answer, both.Token);
            return (RelayAnswer)answer[0] switch
            {
                RelayAnswer.Spliced => stream,
                RelayAnswer.TicketRefused => throw new LinkProblemException(LinkFault.RelayRefused, "the coordinator does not know the ticket: it was used before or is too old"),
                RelayAnswer.PeerAbsent => throw new LinkProblemException(LinkFault.PeerAbsent, "the peer did not come to the relay in time"),
                _ => throw new LinkProblemException(LinkFault.RelayRefused, $"the coordinator answered with byte {answer[0]}, which means nothing"),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            await stream.DisposeAsync();
            throw new LinkProblemException(LinkFault.TimedOut, $"the coordinator did not answer on the data connection within {AnswerTimeout.TotalSeconds:0} s", e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }
}
