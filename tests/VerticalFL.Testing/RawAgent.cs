using System.Net.Sockets;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;

namespace VerticalFL.Testing;

/// <summary>An agent that speaks the control protocol by hand.</summary>
public sealed class RawAgent(ControlConnection connection) : IAsyncDisposable
{
    /// <summary>The connection itself.</summary>
    public ControlConnection Connection => connection;

    /// <summary>Connects and says hello; what is answered is not read.</summary>
    public static async Task<RawAgent> ConnectAsync(int port, PartyCredentials credentials, AgentHello? hello = null)
    {
        MutualTls tls = await MutualTls.AuthenticateAsync(
            await TcpAsync(port), credentials, PartyId.Coordinator, asServer: false, TimeProvider.System, CancellationToken.None);
        var agent = new RawAgent(new ControlConnection(tls.Stream, PartyId.Coordinator));
        await agent.Connection.SendAsync(hello ?? new AgentHello(1, credentials.Self, "raw", new byte[16]), CancellationToken.None);
        return agent;
    }

    /// <summary>A bare connection to a port of this machine.</summary>
    public static async Task<NetworkStream> TcpAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Presents a ticket.</summary>
    public static async Task<NetworkStream> PresentAsync(int port, ReadOnlyMemory<byte> ticket)
    {
        NetworkStream stream = await TcpAsync(port);
        await stream.WriteAsync(RelayProtocol.Magic.ToArray());
        await stream.WriteAsync(ticket);
        return stream;
    }

    /// <summary>The next byte, or -1 at the end.</summary>
    public static async Task<int> ReadByteAsync(Stream stream)
    {
        var one = new byte[1];
        try
        {
            return await stream.ReadAsync(one).AsTask().SoonAsync() == 0 ? -1 : one[0];
        }
        catch (IOException)
        {
            return -1;
        }
    }

    /// <summary>The next message.</summary>
    public Task<ReceivedMessage> ReceiveAsync() => connection.ReceiveAsync(CancellationToken.None).AsTask().SoonAsync();

    /// <summary>Reads up to the first message of this type.</summary>
    public async Task<T> ExpectAsync<T>()
        where T : IMessage<T>
    {
        while (true)
        {
            ReceivedMessage message = await ReceiveAsync();
            if (message.Type == T.Descriptor.Type)
            {
                return message.Decode<T>();
            }
        }
    }

    /// <summary>Asks for a ticket.</summary>
    public ValueTask AskAsync(int request, PartyId peer, ChannelBinding binding) => connection.SendAsync(
        new TicketRequest(request, binding.Study, binding.Run, binding.Attempt, binding.Stream, peer), CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
