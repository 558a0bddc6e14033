using System.Net.Sockets;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Transport.Links;

/// <summary>Opens TCP connections to the coordinator.</summary>
internal static class TcpDialer
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Connects.</summary>
    /// <exception cref="IOException">Nobody answers; the text names the address.</exception>
    public static async Task<Stream> ConnectAsync(CoordinatorAddress address, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, both.Token);
            return TcpLink.Over(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"the coordinator at {address} cannot be reached: {e.Message.TrimEnd('.')}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException($"the coordinator at {address} did not answer within {ConnectTimeout.TotalSeconds:0} s", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
