using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Testing;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;

namespace VerticalFL.Transport.Tests.Links;

/// <summary>Two parties with certificates, of which alpha listens and beta dials a port that leads there.</summary>
internal sealed class DirectPair : IAsyncDisposable
{
    private readonly TestCertificates _authority = new();
    private readonly PartyCredentials _alpha;
    private readonly PartyCredentials _beta;

    public DirectPair()
    {
        _alpha = _authority.Credentials(TestChannels.A);
        _beta = _authority.Credentials(TestChannels.B);
        Listener = new DirectListener(new IPEndPoint(IPAddress.Loopback, 0), _alpha, TimeProvider.System, NullLogger.Instance);
    }

    public DirectListener Listener { get; }

    public TestCertificates Authority => _authority;

    /// <summary>A channel's two ends; the dialling one goes to the given port.</summary>
    public (Channel A, Channel B) Open(int port, ChannelOptions? options = null, ChannelBinding? binding = null) =>
        (TestChannels.Start(TestChannels.A, TestChannels.B, new Taking(Listener, binding ?? TestChannels.Binding), options, binding: binding),
            TestChannels.Start(TestChannels.B, TestChannels.A, new Dialling(_beta, port), options, binding: binding));

    /// <summary>Connectors that know each other's way but no coordinator.</summary>
    public (PartyConnector A, PartyConnector B) Connectors(int port)
    {
        var nowhere = new HostAddress("127.0.0.1", 1);
        PartyConnector Of(PartyCredentials self, DirectLinks direct) => new(
            new ControlLink(nowhere, self, new ControlLinkOptions(), TimeProvider.System, NullLogger.Instance), self, TimeProvider.System, NullLogger.Instance, direct);
        return (
            Of(_alpha, DirectLinks.None with { Listener = Listener }),
            Of(_beta, DirectLinks.None with { Addresses = new Dictionary<Messages.PartyId, HostAddress> { [TestChannels.A] = new("127.0.0.1", port) } }));
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        _alpha.Dispose();
        _beta.Dispose();
        _authority.Dispose();
    }

    private sealed class Taking(DirectListener listener, ChannelBinding binding) : ILinkDialer
    {
        public Task<Stream> DialAsync(CancellationToken cancellationToken) => listener.TakeAsync(TestChannels.B, binding, cancellationToken);
    }

    private sealed class Dialling(PartyCredentials self, int port) : ILinkDialer
    {
        public async Task<Stream> DialAsync(CancellationToken cancellationToken)
        {
            Stream link = await TcpDialer.ConnectAsync("alpha", new HostAddress("127.0.0.1", port), TimeSpan.FromSeconds(10), TimeProvider.System, cancellationToken);
            return await PartyConnector.SecureAsync(link, self, TestChannels.A, TimeProvider.System, cancellationToken);
        }
    }
}
