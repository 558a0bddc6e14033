using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Security;

/// <summary>
/// Mutual TLS 1.3 (RFC 8446) with the consortium's certificates: no session resumption, no early data, no other version.
/// A certificate that is refused does not break the handshake: under TLS 1.3 its owner would see success and then a bare end of
/// stream. The handshake is completed, <see cref="Problem"/> says what is wrong, and the caller must send that reason and nothing else.
/// </summary>
public sealed class MutualTls : IAsyncDisposable
{
    private MutualTls(SslStream stream, PartyId peer, string? problem)
    {
        Stream = stream;
        Peer = peer;
        Problem = problem;
    }

    /// <summary>The encrypted stream.</summary>
    public Stream Stream { get; }

    /// <summary>The party that the peer's certificate names; proven only when <see cref="Problem"/> is null.</summary>
    public PartyId Peer { get; }

    /// <summary>Why the peer is not to be trusted, as one clause, or null when it is authenticated.</summary>
    public string? Problem { get; }

    /// <summary>Runs the handshake.</summary>
    /// <param name="inner">The link; owned from here on, also when the handshake fails.</param>
    /// <param name="credentials">This side.</param>
    /// <param name="expected">Whom the peer must be; null for any party.</param>
    /// <param name="asServer">Whether this side is the TLS server.</param>
    /// <param name="time">The clock that certificates are held against.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <exception cref="IOException">The handshake did not finish: broken link, or no TLS 1.3 at the other end.</exception>
    public static async Task<MutualTls> AuthenticateAsync(
        Stream inner, PartyCredentials credentials, PartyId? expected, bool asServer, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(time);
        DateTimeOffset now = time.GetUtcNow();
        (PartyId Party, string? Problem) verdict = (default, "it showed no certificate");
        bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            verdict = CertificateCheck.Check(certificate as X509Certificate2, expected, !asServer, credentials, now);
            return true;
        }

        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await (asServer
                ? stream.AuthenticateAsServerAsync(ServerOptions(credentials, Judge, now), cancellationToken)
                : stream.AuthenticateAsClientAsync(ClientOptions(credentials, Judge, now), cancellationToken));
        }
        catch (AuthenticationException e)
        {
            await stream.DisposeAsync();
            throw new IOException($"the TLS handshake failed: {e.Message.TrimEnd('.')}", e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }

        return new MutualTls(stream, verdict.Party, verdict.Problem);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static SslServerAuthenticationOptions ServerOptions(PartyCredentials credentials, RemoteCertificateValidationCallback judge, DateTimeOffset now) => new()
    {
        ServerCertificateContext = credentials.Context,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = CertificateCheck.Policy(credentials, now),
        RemoteCertificateValidationCallback = judge,
    };

    // No server name: it would travel in the clear, and the certificate is checked against the party, not against a host.
    private static SslClientAuthenticationOptions ClientOptions(PartyCredentials credentials, RemoteCertificateValidationCallback judge, DateTimeOffset now) => new()
    {
        ClientCertificateContext = credentials.Context,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = CertificateCheck.Policy(credentials, now),
        RemoteCertificateValidationCallback = judge,
    };
}
