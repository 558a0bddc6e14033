using Microsoft.Extensions.Logging;
using VerticalFL.Messages;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Transport.Relay;

/// <summary>
/// Opens channels to peer parties through the coordinator: a ticket over the control link, a spliced data connection, mutual TLS with the
/// peer inside it, delivery over that. Owns nothing.
/// </summary>
/// <param name="control">The control link, running.</param>
/// <param name="credentials">This party.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where cuts and refusals are told.</param>
public sealed class PartyConnector(ControlLink control, PartyCredentials credentials, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TlsTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Opens a channel; the peer must open the same one.</summary>
    /// <exception cref="ChannelLostException">No link came up within the deadline, or it was refused; the reason is exact.</exception>
    public Task<Channel> OpenAsync(PartyId peer, ChannelBinding binding, ChannelOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(binding);
        ArgumentNullException.ThrowIfNull(options);
        return peer == credentials.Self
            ? throw new ArgumentException($"Party '{peer}' cannot open a channel to itself.", nameof(peer))
            : Channel.OpenAsync(credentials.Self, peer, binding, new Dialer(control, credentials, peer, binding, time), options, time, logger, cancellationToken);
    }

    /// <summary>Mutual TLS with one certain peer over a link. The ordinally smaller party id is the TLS server.</summary>
    /// <exception cref="LinkRefusedException">The peer is not who it should be; it has been told why.</exception>
    /// <exception cref="IOException">The handshake did not finish.</exception>
    internal static async Task<Stream> SecureAsync(
        Stream link, PartyCredentials credentials, PartyId peer, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TlsTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            MutualTls tls = await MutualTls.AuthenticateAsync(link, credentials, peer, asServer: credentials.Self < peer, time, both.Token);
            if (tls.Problem is null)
            {
                return tls.Stream;
            }

            await using (tls)
            {
                await LinkHandshake.RefuseAsync(tls.Stream, tls.Problem, cancellationToken);
            }

            throw new LinkRefusedException(tls.Problem, isFinal: false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"the TLS handshake with party '{peer}' took longer than {TlsTimeout.TotalSeconds:0} s", e);
        }
    }

    private sealed class Dialer(ControlLink control, PartyCredentials credentials, PartyId peer, ChannelBinding binding, TimeProvider time) : ILinkDialer
    {
        public async Task<Stream> DialAsync(CancellationToken cancellationToken)
        {
            ReadOnlyMemory<byte> ticket = await control.RequestTicketAsync(peer, binding, cancellationToken);
            Stream link = await RelayLink.ConnectAsync(control.Address, ticket, time, cancellationToken);
            return await SecureAsync(link, credentials, peer, time, cancellationToken);
        }
    }
}
