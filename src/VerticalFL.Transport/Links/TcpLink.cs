using System.Net.Sockets;

namespace VerticalFL.Transport.Links;

/// <summary>A TCP connection as a link: small frames leave at once, and TLS records leave several to a system call.</summary>
public static class TcpLink
{
    /// <summary>The stream over a connected socket.</summary>
    /// <param name="socket">Connected; owned from here on.</param>
    public static Stream Over(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.NoDelay = true;
        return new CoalescingStream(new NetworkStream(socket, ownsSocket: true));
    }
}
