using System.Text;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Delivery;

namespace VerticalFL.Transport.Links;

/// <summary>
/// An HTTP proxy that connections to the coordinator go through, by CONNECT (RFC 9110, section 9.3.6). It sees the coordinator's address and
/// TLS records, as any network does.
/// </summary>
public sealed class HttpProxy
{
    // More than any proxy's answer to CONNECT has.
    private const int MostAnswerBytes = 8 * 1024;
    private readonly string? _credentials;

    private HttpProxy(HostAddress address, string? credentials)
    {
        Address = address;
        _credentials = credentials;
    }

    /// <summary>Where the proxy is.</summary>
    public HostAddress Address { get; }

    /// <summary>Reads <c>http://host:port</c> or <c>http://user:password@host:port</c>.</summary>
    /// <exception cref="FormatException">The text is something else; it is not repeated, because it may hold a password.</exception>
    public static HttpProxy Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "http", PathAndQuery: "/", Host.Length: > 0, Port: > 0 }
            ? new HttpProxy(new HostAddress(uri.Host.Trim('[', ']'), uri.Port), uri.UserInfo.Length > 0 ? Uri.UnescapeDataString(uri.UserInfo) : null)
            : throw new FormatException("this is not a proxy's address; write http://host:port or http://user:password@host:port.");

    /// <inheritdoc/>
    public override string ToString() => $"the proxy at {Address}{(_credentials is null ? "" : " with credentials [redacted]")}";

    /// <summary>Asks the proxy, over a connection to it, for a tunnel; every byte afterwards is the target's.</summary>
    /// <exception cref="IOException">It refused, or speaks something else.</exception>
    internal async Task TunnelAsync(Stream stream, HostAddress target, CancellationToken cancellationToken)
    {
        string authorization = _credentials is null ? "" : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(_credentials))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n"), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        string status = await ReadStatusAsync(stream, cancellationToken);
        if (!(status.StartsWith("HTTP/1.", StringComparison.Ordinal) && status.Length >= 12 && status[8] == ' ' && status[9] == '2'))
        {
            throw new LinkProblemException(LinkFault.ProxyRefused, $"the proxy at {Address} did not connect to {target}: it answered '{FrameFormat.Printable(status)}'");
        }
    }

    /// <summary>Reads the answer up to its blank line, byte by byte, because what follows belongs to the target.</summary>
    private async Task<string> ReadStatusAsync(Stream stream, CancellationToken cancellationToken)
    {
        var answer = new StringBuilder();
        var one = new byte[1];
        while (answer.Length < MostAnswerBytes)
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
            {
                throw new LinkProblemException(LinkFault.ProxyRefused, $"the proxy at {Address} hung up");
            }

            answer.Append((char)one[0]);
            if (one[0] == '\n' && answer.ToString() is var text && (text.EndsWith("\r\n\r\n", StringComparison.Ordinal) || text.EndsWith("\n\n", StringComparison.Ordinal)))
            {
                string line = text[..text.IndexOf('\n', StringComparison.Ordinal)].TrimEnd('\r');
                return line.Length <= 100 ? line : line[..100];
            }
        }

        throw new LinkProblemException(LinkFault.ProxyRefused, $"the proxy at {Address} answered more than {MostAnswerBytes} bytes without an end");
    }
}
