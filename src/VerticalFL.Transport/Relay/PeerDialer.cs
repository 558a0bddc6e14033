using Microsoft.Extensions.Logging;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Transport.Relay;

/// <summary>
/// Makes the links of one channel. The ordinally smaller party takes whichever comes first, the peer's direct link or the relay's splice; the
/// other tries the direct way, if it knows one, and then the relay.
/// </summary>
internal sealed class PeerDialer(
    ControlLink control, DirectLinks direct, PartyCredentials credentials, PartyId peer, ChannelBinding binding, TimeProvider time, ILogger logger) : IWaitingDialer
{
    private static readonly TimeSpan DirectPatience = TimeSpan.FromSeconds(2);

    // A wall that swallowed one try would swallow the next, and each costs its patience.
    private static readonly TimeSpan DirectPause = TimeSpan.FromMinutes(1);

    // A link that broke in its handshake is worth another try; a port that always breaks it is not the peer's.
    private const int MostBroken = 3;

    // How long the peer's direct link may still come when the relay has failed: longer than its pauses between tries.
    private static readonly TimeSpan RelayFailedPatience = TimeSpan.FromSeconds(5);

    private long? _directFailed;
    private int _broken;

    /// <inheritdoc/>
    public Action<LinkFault>? Waits { private get; set; }

    public Task<Stream> DialAsync(CancellationToken cancellationToken) =>
        credentials.Self < peer
            ? direct.Listener is { } listener ? TakeFirstAsync(listener, cancellationToken) : RelayAsync(cancellationToken)
        : direct.Addresses.TryGetValue(peer, out HostAddress? address) && !(_directFailed is { } failed && time.GetElapsedTime(failed) < DirectPause)
            ? DirectAsync(address, cancellationToken)
        : RelayAsync(cancellationToken);

    private async Task<Stream> DirectAsync(HostAddress address, CancellationToken cancellationToken)
    {
        bool connected = false;
        try
        {
            Stream link = await TcpDialer.ConnectAsync($"party '{peer}'", address, DirectPatience, time, cancellationToken);
            connected = true;
            Stream secured = await PartyConnector.SecureAsync(link, credentials, peer, time, cancellationToken);
            _broken = 0;
            return secured;
        }
        catch (Exception e) when (e is LinkRefusedException || (e is IOException && (!connected || ++_broken >= MostBroken)))
        {
            Log.DirectFailed(logger, peer, e.Message);
            (_directFailed, _broken) = (time.GetTimestamp(), 0);
            return await RelayAsync(cancellationToken);
        }
    }

    private async Task<Stream> RelayAsync(CancellationToken cancellationToken)
    {
        if (!control.State.IsConnected)
        {
            Waits?.Invoke(LinkFault.CoordinatorAway);
        }

        ReadOnlyMemory<byte> ticket = await control.RequestTicketAsync(peer, binding, cancellationToken);
        Stream link = await RelayLink.ConnectAsync(control.Address, control.Proxy, ticket, time, cancellationToken);
        return await PartyConnector.SecureAsync(link, credentials, peer, time, cancellationToken);
    }

    private async Task<Stream> TakeFirstAsync(DirectListener listener, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Stream> taken = listener.TakeAsync(peer, binding, stop.Token);
        Task<Stream> spliced = RelayAsync(stop.Token);
        Task<Stream> first = await Task.WhenAny(taken, spliced);
        if (first == spliced && spliced.IsFaulted && spliced.Exception.InnerException is IOException)
        {
            // Without a coordinator the direct way still goes.
            await ((Task)taken).WaitAsync(RelayFailedPatience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            first = taken.IsCompletedSuccessfully ? taken : spliced;
        }

        await stop.CancelAsync();
        await DropAsync(first == taken ? spliced : taken);
        return await first;
    }

    private static async Task DropAsync(Task<Stream> link)
    {
        try
        {
            await (await link).DisposeAsync();
        }
        catch (Exception e) when (e is IOException or LinkRefusedException or OperationCanceledException)
        {
            // It did not come to a link.
        }
    }
}
