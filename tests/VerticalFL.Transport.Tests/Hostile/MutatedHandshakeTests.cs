using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;
using VerticalFL.Transport.Tests.Delivery;
using Xunit;

namespace VerticalFL.Transport.Tests.Hostile;

/// <summary>
/// Every parser that meets the network's bytes before a channel stands: hello and welcome, the direct listener's hello, control messages, a
/// relay's and a proxy's answers, certificates. Nothing but a refusal or a broken link may come of spoilt bytes.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class MutatedHandshakeTests
{
    // More than any parser here may take: other threads of the process allocate a little, too.
    private const long Most = 4L * 1024 * 1024;

    // A spoilt length may announce a control message of 8 MiB, and a spoilt type allow it.
    private const long MostControl = 12L * 1024 * 1024;

    private static readonly PartyId Peer = TestChannels.B;

    public static TheoryData<MessageType> ControlMessages => [.. Honest.Keys];

    private static Dictionary<MessageType, (byte[] Bytes, Action<ReceivedMessage> Decode)> Honest { get; } = new[]
    {
        Sample(new AgentHello(AgentHello.CurrentVersion, Peer, "vfl 0.1.0", new byte[AgentHello.IncarnationSize])),
        Sample(new AgentWelcome(AgentHello.CurrentVersion, "vfl 0.1.0")),
        Sample(new Refusal(3, RefusalCode.PeerAbsent, "party 'beta' has not asked")),
        Sample(new TicketRequest(7, TestChannels.Binding.Study, TestChannels.Binding.Run, 1, "align", Peer)),
        Sample(new TicketGrant(7, new byte[TicketGrant.TicketSize])),
        Sample(new Ping(5)),
        Sample(new Pong(int.MaxValue)),
    }.ToDictionary(s => s.Type, s => (s.Bytes, s.Decode));

    [Fact]
    public Task Hello_and_welcome()
    {
        byte[] hello = FrameFormat.Bytes(FrameKind.Hello, RawPeer.Hello().Encode());
        byte[] welcome = RawPeer.Number(FrameKind.Welcome, 0);
        LinkHello mine = new(TestChannels.Binding, TestChannels.A, Peer, new string('c', 32), "", 8 * 1024 * 1024);
        return Spoiling.OfAsync(
            [.. hello, .. welcome],
            LongRun.Of(20_000, 2_000_000),
            Most,
            async bytes =>
            {
                var stream = new ScriptedStream(bytes);
                await LinkHandshake.RunAsync(stream, new FrameReader(stream, Peer, TimeProvider.System), Peer, mine, 0, TimeProvider.System, CancellationToken.None);
            },
            e => e is IOException or PeerProtocolException or LinkRefusedException);
    }

    [Fact]
    public Task Hello_at_the_direct_listener() => Spoiling.OfAsync(
        FrameFormat.Bytes(FrameKind.Hello, RawPeer.Hello().Encode()),
        LongRun.Of(20_000, 1_000_000),
        Most,
        async bytes =>
        {
            byte[] frame = await DirectListener.ReadHelloAsync(new ScriptedStream(bytes), Peer, CancellationToken.None);
            LinkHello.BindingOf(frame.AsSpan(FrameFormat.HeaderSize));
        },
        e => e is IOException or PeerProtocolException or MessageFormatException);

    [Theory]
    [MemberData(nameof(ControlMessages))]
    public Task Control_message(MessageType type) => Spoiling.OfAsync(
        Honest[type].Bytes,
        LongRun.Of(10_000, 500_000),
        MostControl,
        async bytes =>
        {
            await using var connection = new ControlConnection(new ScriptedStream(bytes), Peer);
            ReceivedMessage message = await connection.ReceiveAsync(CancellationToken.None);
            if (Honest.TryGetValue(message.Type, out (byte[] Bytes, Action<ReceivedMessage> Decode) known))
            {
                known.Decode(message);
            }
        },
        e => e is IOException or PeerProtocolException);

    [Fact]
    public Task Answer_of_a_proxy() => Spoiling.OfAsync(
        Encoding.ASCII.GetBytes("HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\nContent-Length: 0\r\n\r\n"),
        LongRun.Of(10_000, 500_000),
        Most,
        bytes => HttpProxy.Parse("http://127.0.0.1:3128").TunnelAsync(new ScriptedStream(bytes), new HostAddress("relay", 7443), CancellationToken.None),
        e => e is IOException);

    [Fact]
    public async Task Extensions_of_a_certificate()
    {
        using var authority = new TestCertificates();
        using PartyCredentials mine = authority.Credentials(TestChannels.A);
        using X509Certificate2 honest = authority.Issue(Peer);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        int judged = 0;
        await Spoiling.OfAsync(
            honest.RawData,
            LongRun.Of(4_000, 200_000),
            Most,
            bytes =>
            {
                X509Certificate2 spoilt;
                try
                {
                    spoilt = X509CertificateLoader.LoadCertificate(bytes);
                }
                catch (CryptographicException)
                {
                    // TLS itself sees to that one.
                    return Task.CompletedTask;
                }

                using (spoilt)
                {
                    judged++;
                    (PartyId party, string? problem) = CertificateCheck.Check(spoilt, null, asServer: false, mine, now);

                    // Whoever changes one bit has not this consortium's signature; bytes behind a certificate are not part of it.
                    Assert.True(problem is not null || party == Peer);
                    return Task.CompletedTask;
                }
            },
            _ => false);
        Assert.InRange(judged, 100, int.MaxValue);
    }

    private static (MessageType Type, byte[] Bytes, Action<ReceivedMessage> Decode) Sample<T>(T message)
        where T : IMessage<T>
    {
        byte[] bytes = MessageCodec.Encode(message);
        return (T.Descriptor.Type, [0, 0, 0, (byte)bytes.Length, .. bytes], m => m.Decode<T>());
    }
}
