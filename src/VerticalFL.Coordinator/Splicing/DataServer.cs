using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>
/// Data connections: a ticket each, then spliced in pairs. What passes is the parties' own TLS; nothing here looks at it. Each direction
/// holds no more than its pipes' limits: a slow reader slows its sender.
/// </summary>
internal sealed class DataServer(TicketOffice office, RelayOptions options, TimeProvider time, ILogger logger, Action<ConnectionContext, string> refused)
{
    /// <summary>Serves one connection whose first bytes are the magic.</summary>
    public async Task RunAsync(ConnectionContext connection, Strangers.Stranger stranger, CancellationToken cancellationToken)
    {
        if (await ReadTicketAsync(connection.Transport.Input, stranger, cancellationToken) is not { } ticket)
        {
            return;
        }

        if (office.Redeem(ticket) is not ({ } meeting, var side))
        {
            refused(connection, "its ticket is unknown, used or too old");
            await AnswerAsync(connection, RelayAnswer.TicketRefused, cancellationToken);
            return;
        }

        stranger.Leave();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(meeting.Over, connection.ConnectionClosed, cancellationToken);
        try
        {
            await SpliceAsync(meeting, side, connection, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // One of the two went away, which is how every splice ends.
        }
        finally
        {
            office.Remove(meeting);
            if (meeting.Leave())
            {
                Log.SpliceEnded(logger, meeting.Key.Lower, meeting.Key.Upper, meeting.BytesFrom(0) + meeting.BytesFrom(1));
            }
        }
    }

    private static async Task AnswerAsync(ConnectionContext connection, RelayAnswer answer, CancellationToken cancellationToken) =>
        await connection.Transport.Output.WriteAsync(new[] { (byte)answer }, cancellationToken);

    private async Task<byte[]?> ReadTicketAsync(PipeReader input, Strangers.Stranger stranger, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.SilenceLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stranger.Displaced, cancellationToken);
        ReadResult result = await input.ReadAtLeastAsync(RelayProtocol.PreambleSize, both.Token);
        if (result.Buffer.Length < RelayProtocol.PreambleSize)
        {
            return null;
        }

        var preamble = new byte[RelayProtocol.PreambleSize];
        result.Buffer.Slice(0, preamble.Length).CopyTo(preamble);
        input.AdvanceTo(result.Buffer.GetPosition(preamble.Length));
        return preamble.AsSpan().StartsWith(RelayProtocol.Magic) ? preamble[RelayProtocol.Magic.Length..] : null;
    }

    private async Task SpliceAsync(Rendezvous meeting, int side, ConnectionContext connection, CancellationToken cancellationToken)
    {
        ConnectionContext peer;
        try
        {
            peer = await meeting.ArriveAsync(side, connection, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await AnswerAsync(connection, RelayAnswer.PeerAbsent, CancellationToken.None);
            return;
        }

        await AnswerAsync(connection, RelayAnswer.Spliced, cancellationToken);
        await meeting.BeginAsync(side, cancellationToken);
        if (side == 0)
        {
            Log.SpliceBegan(logger, meeting.Key.Lower, meeting.Key.Upper);
        }

        await CopyAsync(meeting, side, connection.Transport.Input, peer.Transport.Output, cancellationToken);
    }

    private async Task CopyAsync(Rendezvous meeting, int side, PipeReader from, PipeWriter to, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await from.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                to.Write(segment.Span);
            }

            meeting.Count(side, read.Buffer.Length, time.GetTimestamp());
            from.AdvanceTo(read.Buffer.End);
            FlushResult flushed = await to.FlushAsync(cancellationToken);
            if (read.IsCompleted || flushed.IsCompleted)
            {
                return;
            }
        }
    }
}
