using System.Net.Sockets;

using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Links;

/// <summary>Opens TCP connections.</summary>
internal static class TcpDialer
{
    /// <summary>Connects.</summary>
    /// <param name="who">Whose address it is, for the text of an error: <c>the coordinator</c>.</param>
    /// <param name="address">Where to.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="proxy">What to go through. Default: nothing.</param>
    /// <exception cref="IOException">Nobody answers; the text names the address.</exception>
    public static async Task<Stream> ConnectAsync(string who, HostAddress address, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken, HttpProxy? proxy = null)
    {
        using var timeout = new CancellationTokenSource(patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            HostAddress first = proxy?.Address ?? address;
            await socket.ConnectAsync(first.Host, first.Port, both.Token);
            Stream stream = TcpLink.Over(socket);
            if (proxy is not null)
            {
                await proxy.TunnelAsync(stream, address, both.Token);
            }

            return stream;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new LinkProblemException(FaultOf(e.SocketErrorCode), $"{who} at {address} cannot be reached{Through(proxy)}: {e.Message.TrimEnd('.')}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new LinkProblemException(LinkFault.TimedOut, $"{who} at {address} did not answer{Through(proxy)} within {patience.TotalSeconds:0} s", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static LinkFault FaultOf(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => LinkFault.ConnectionRefused,
        SocketError.TimedOut => LinkFault.TimedOut,
        SocketError.ConnectionReset or SocketError.ConnectionAborted => LinkFault.Cut,
        _ => LinkFault.Unreachable,
    };

    private static string Through(HttpProxy? proxy) => proxy is null ? "" : $" through the proxy at {proxy.Address}";
}
