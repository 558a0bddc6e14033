using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;
using Xunit;

namespace VerticalFL.Transport.Tests.Security;

/// <summary>From party to party: who is let in, who is not, and what either is told.</summary>
public sealed class MutualTlsTests : IDisposable
{
    private static readonly PartyId A = TestChannels.A;
    private static readonly PartyId B = TestChannels.B;
    private readonly TestCertificates _authority = new();
    private readonly TestCertificates _stranger = new("Another consortium");

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task Channel_over_tls_carries_messages()
    {
        (Task<Channel> openA, Task<Channel> openB) = Open(_authority.Credentials(A), _authority.Credentials(B));
        Channel a = await openA.SoonAsync();
        Channel b = await openB.SoonAsync();

        await a.SendAsync(TestBlob.Of(1, 3_000_000), CancellationToken.None);
        await b.SendAsync(new Ping(2), CancellationToken.None);

        Assert.True((await b.ReceiveAsync<TestBlob>(CancellationToken.None)).Bytes.Span.SequenceEqual(TestBlob.Of(1, 3_000_000).Bytes.Span));
        Assert.Equal(2, (await a.ReceiveAsync<Ping>(CancellationToken.None)).Number);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Handshake_is_tls_13_and_mutual_with_the_lower_party_as_server()
    {
        (Stream a, Stream b) = InMemoryLink.CreateStreams();
        Task<Stream> server = PartyConnector.SecureAsync(a, _authority.Credentials(A), B, TimeProvider.System, CancellationToken.None);
        Task<Stream> client = PartyConnector.SecureAsync(b, _authority.Credentials(B), A, TimeProvider.System, CancellationToken.None);
        await using var atA = (SslStream)await server.SoonAsync();
        await using var atB = (SslStream)await client.SoonAsync();

        Assert.True(atA.IsServer);
        Assert.False(atB.IsServer);
        Assert.True(atA.IsMutuallyAuthenticated);
        Assert.Equal(SslProtocols.Tls13, atA.SslProtocol);
    }

    [Fact]
    public async Task Peer_that_offers_only_tls_12_gets_no_link()
    {
        (Stream a, Stream b) = InMemoryLink.CreateStreams();
        PartyCredentials credentials = _authority.Credentials(B);
        Task<Stream> server = PartyConnector.SecureAsync(a, _authority.Credentials(A), B, TimeProvider.System, CancellationToken.None);
        await using var client = new SslStream(b);
        Task old = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            ClientCertificates = [credentials.Certificate],
#pragma warning disable CA5398 // An old client is what this test needs.
            EnabledSslProtocols = SslProtocols.Tls12,
#pragma warning restore CA5398
#pragma warning disable CA5359
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        });

        IOException e = await Assert.ThrowsAsync<IOException>(() => server.SoonAsync());
        Assert.Contains("TLS handshake failed", e.Message, StringComparison.Ordinal);
        await old.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "expired", "its certificate expired on 2026-01-01 00:00 UTC" },
        { "early", "its certificate is not valid before 2036-01-01 00:00 UTC; compare the clocks" },
        { "foreign", "its certificate was signed by another authority than this consortium's root" },
        { "name", "its certificate names party 'gamma' instead of 'beta'" },
        { "none", "its certificate does not name exactly one party as URI in the subject alternative name" },
        { "two", "its certificate does not name exactly one party as URI in the subject alternative name" },
        { "usage", "its certificate may not be used for TLS client authentication" },
        { "pin", "its key does not match the pin of party 'beta'" },
        { "revoked", "is revoked" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Wrong_certificate_of_the_client_is_refused_and_both_are_told_why(string what, string reason)
    {
        PartyId named = what == "name" ? new PartyId("gamma") : B;
        using X509Certificate2 wrong = what switch
        {
            "expired" => _authority.Issue(B, Day(2025, 1, 1), Day(2026, 1, 1)),
            "early" => _authority.Issue(B, Day(2036, 1, 1), Day(2036, 2, 1)),
            "foreign" => _stranger.Issue(B),
            "none" => _authority.Issue(B, uri: "urn:somebody:else"),
            "two" => _authority.Issue(B, secondUri: "urn:vfl:party:gamma"),
            "usage" => _authority.Issue(B, client: false),
            _ => _authority.Issue(named),
        };
        using PartyCredentials mine = what switch
        {
            "pin" => _authority.Credentials(A, pins: new Dictionary<PartyId, string> { [B] = PublicKeyPin.Of(_authority.Issue(B)) }),
            "revoked" => _authority.Credentials(A, revoked: [wrong.SerialNumber.ToLowerInvariant()]),
            _ => _authority.Credentials(A),
        };

        (Stream a, Stream b) = InMemoryLink.CreateStreams();
        Task<Channel> server = Channel.OpenAsync(
            A, B, TestChannels.Binding, new SecureDialer(new TestChannels.QueueDialer(a), mine, B), TestChannels.Options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

        // The other end is hand-made, because PartyCredentials would not even load some of these certificates.
        await using var client = new SslStream(b);
#pragma warning disable CA5359 // The hostile end trusts everybody.
        await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(wrong, null, offline: true),
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        }).SoonAsync();
#pragma warning restore CA5359
        byte[] told = await new Delivery.RawPeer(client).ExpectAsync(Transport.Delivery.FrameKind.Refusal);
        await client.DisposeAsync();

        Assert.EndsWith(reason, Transport.Delivery.FrameFormat.ReadReason(told), StringComparison.Ordinal);
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(() => server.SoonAsync());
        Assert.EndsWith($"{reason}.", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_without_a_certificate_is_refused()
    {
        (Stream a, Stream b) = InMemoryLink.CreateStreams();
        Task<Stream> server = PartyConnector.SecureAsync(a, _authority.Credentials(A), B, TimeProvider.System, CancellationToken.None);
        await using var client = new SslStream(b);
#pragma warning disable CA5359 // The hostile end trusts everybody.
        await client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true }).SoonAsync();
#pragma warning restore CA5359
        await client.DisposeAsync();

        LinkRefusedException e = await Assert.ThrowsAsync<LinkRefusedException>(() => server.SoonAsync());
        Assert.Equal("it showed no certificate", e.Message);
    }

    [Fact]
    public async Task Wrong_server_is_refused_and_both_channels_are_told_why()
    {
        (Task<Channel> openA, Task<Channel> openB) = Open(_stranger.Credentials(A), _authority.Credentials(B));

        ChannelLostException atB = await Assert.ThrowsAsync<ChannelLostException>(() => openB.SoonAsync());
        ChannelLostException atA = await Assert.ThrowsAsync<ChannelLostException>(() => openA.SoonAsync());
        Assert.Equal("The channel to party 'alpha' is lost: its certificate was signed by another authority than this consortium's root.", atB.Message);
        Assert.StartsWith("The channel to party 'beta' is lost: its certificate was signed by another authority", atA.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pin_that_matches_is_accepted()
    {
        X509Certificate2 certificate = _authority.Issue(B);
        PartyCredentials a = _authority.Credentials(A, pins: new Dictionary<PartyId, string> { [B] = PublicKeyPin.Of(certificate) });
        (Task<Channel> openA, Task<Channel> openB) = Open(a, _authority.Credentials(B, certificate));

        await using Channel atA = await openA.SoonAsync();
        await using Channel atB = await openB.SoonAsync();
    }

    [Fact]
    public async Task Resumed_link_with_a_strangers_certificate_only_delays()
    {
        // The first link is good; then somebody else takes beta's place once; then beta is back.
        var link = new InMemoryLink();
        Stream? current = null;
        PartyCredentials good = _authority.Credentials(B);
        PartyCredentials impostor = _stranger.Credentials(B);
        Channel a = TestChannels.Start(A, B, new SecureDialer(link.A, _authority.Credentials(A), B));
        int dialled = 0;
        Channel b = TestChannels.Start(B, A, new TestChannels.SpoilingDialer(new ChangingDialer(link.B, () => ++dialled == 2 ? impostor : good), s => current = s));
        await a.SendAsync(new Ping(1), CancellationToken.None);
        await b.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync();
        await current!.DisposeAsync();

        // The impostor's refusal of alpha's certificate is not final either, since its own was refused first.
        await a.SendAsync(new Ping(2), CancellationToken.None);
        Assert.Equal(2, (await b.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        Assert.True(dialled >= 3);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public void Credentials_that_do_not_fit_are_refused_when_loaded()
    {
        using X509Certificate2 other = _authority.Issue(A);
        using X509Certificate2 bare = _authority.Root;
        Assert.Contains("does not name party 'beta'", Assert.Throws<ArgumentException>(() => new PartyCredentials(B, other, bare)).Message, StringComparison.Ordinal);
        Assert.Contains("without its private key", Assert.Throws<ArgumentException>(() => new PartyCredentials(B, bare, bare)).Message, StringComparison.Ordinal);
        Assert.Contains("The pin of party 'beta'", Assert.Throws<ArgumentException>(() => new PartyCredentials(A, other, bare, new Dictionary<PartyId, string> { [B] = "sha256:12" })).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", _authority.Credentials(A).ToString(), StringComparison.Ordinal);
    }

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);

    private static (Task<Channel> A, Task<Channel> B) Open(PartyCredentials a, PartyCredentials b)
    {
        var link = new InMemoryLink();
        return (
            Channel.OpenAsync(A, B, TestChannels.Binding, new SecureDialer(link.A, a, B), TestChannels.Options, TimeProvider.System, NullLogger.Instance, CancellationToken.None),
            Channel.OpenAsync(B, A, TestChannels.Binding, new SecureDialer(link.B, b, A), TestChannels.Options, TimeProvider.System, NullLogger.Instance, CancellationToken.None));
    }

    private sealed class SecureDialer(ILinkDialer inner, PartyCredentials credentials, PartyId peer) : ILinkDialer
    {
        public async Task<Stream> DialAsync(CancellationToken cancellationToken) =>
            await PartyConnector.SecureAsync(await inner.DialAsync(cancellationToken), credentials, peer, TimeProvider.System, cancellationToken);
    }

    private sealed class ChangingDialer(ILinkDialer inner, Func<PartyCredentials> credentials) : ILinkDialer
    {
        public async Task<Stream> DialAsync(CancellationToken cancellationToken) =>
            await PartyConnector.SecureAsync(await inner.DialAsync(cancellationToken), credentials(), A, TimeProvider.System, cancellationToken);
    }
}
