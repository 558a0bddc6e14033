using System.Globalization;

namespace VerticalFL.Transport;

/// <summary>Where a port of another machine is.</summary>
/// <param name="Host">A host name or IP address.</param>
/// <param name="Port">The port, 1 to 65535.</param>
public sealed record HostAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c> or <c>[ipv6]:port</c>.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static HostAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        if (host is ['[', .., ']'])
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            host = "";
        }

        return host.Length > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535
            ? new HostAddress(host, port)
            : throw new FormatException($"'{text}' is not an address; write host:port, such as relay.example.org:7443.");
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
