using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using VerticalFL.Messages;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>Kestrel's handler for the one port: tells control and data connections apart by their first bytes.</summary>
internal sealed class RelayConnectionHandler(Relay relay) : ConnectionHandler
{
    private readonly Strangers _strangers = new(relay.Options.MaxStrangers);
    private int _connections;

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _connections) > relay.Options.MaxConnections)
            {
                relay.Refused(connection, $"there are {relay.Options.MaxConnections} connections already");
                return;
            }

            await DispatchAsync(connection);
        }
        catch (OperationCanceledException) when (relay.Stopping.IsCancellationRequested)
        {
            // The coordinator stops, and every connection with it.
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or PeerProtocolException or InvalidOperationException)
        {
            // Broken, silent or hostile connections are everyday life on an open port; the connection is closed and that is all.
            relay.Refused(connection, e is OperationCanceledException ? "it did not show in time who it is" : e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private async Task DispatchAsync(ConnectionContext connection)
    {
        using Strangers.Stranger stranger = _strangers.Enter();
        switch (await SniffAsync(connection.Transport.Input, stranger))
        {
            case RelayProtocol.TlsHandshake:
                await relay.Control.RunAsync(connection, stranger, relay.Stopping);
                break;
            case var first when first == RelayProtocol.Magic[0]:
                await relay.Data.RunAsync(connection, stranger, relay.Stopping);
                break;
            default:
                relay.Refused(connection, "its first byte is neither TLS nor a ticket's");
                break;
        }
    }

    /// <summary>The first byte, which stays in the pipe; null when none came in time.</summary>
    private async Task<byte?> SniffAsync(PipeReader input, Strangers.Stranger stranger)
    {
        using var timeout = new CancellationTokenSource(relay.Options.SilenceLimit, relay.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stranger.Displaced, relay.Stopping);
        ReadResult result = await input.ReadAsync(both.Token);
        byte? first = result.Buffer.IsEmpty ? null : result.Buffer.FirstSpan[0];
        input.AdvanceTo(result.Buffer.Start);
        return first;
    }
}
