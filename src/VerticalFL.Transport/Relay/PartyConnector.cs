using Microsoft.Extensions.Logging;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Transport.Relay;

/// <summary>
/// Opens channels to peer parties: directly where that is possible, else through the coordinator with a ticket over the control link and a
/// spliced data connection; mutual TLS with the peer inside it, delivery over that. Owns nothing.
/// </summary>
/// <param name="control">The control link, running.</param>
/// <param name="credentials">This party.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where cuts and refusals are told.</param>
/// <param name="direct">Which peers can be reached without the relay. Default: none.</param>
public sealed class PartyConnector(ControlLink control, PartyCredentials credentials, TimeProvider time, ILogger logger, DirectLinks? direct = null)
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
            : Channel.OpenAsync(
                credentials.Self,
                peer,
                binding,
                new PeerDialer(control, direct ?? DirectLinks.None, credentials, peer, binding, time, logger),
                options,
                time,
                logger,
                cancellationToken);
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
                await LinkHandshake.RefuseAsync(tls.Stream, tls.Problem, time, cancellationToken);
            }

            throw new LinkRefusedException(tls.Problem, LinkFault.CertificateRefused, isFinal: false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LinkProblemException(LinkFault.TimedOut, $"the TLS handshake with party '{peer}' took longer than {TlsTimeout.TotalSeconds:0} s", e);
        }
    }
}
