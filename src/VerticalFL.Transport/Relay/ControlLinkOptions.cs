using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Relay;

/// <summary>Settings of an agent's control link.</summary>
public sealed record ControlLinkOptions
{
    /// <summary>Name and version of this software, shown to the coordinator's operator. Default: VerticalFL and the assembly's version.</summary>
    public string Software { get; init; } = "VerticalFL " + typeof(ControlLinkOptions).Assembly.GetName().Version?.ToString(3);

    /// <summary>How often an idle connection is asked for a sign of life. Default: 10 seconds, below the idle limits of common firewalls.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that was silent for so long is given up and dialled anew. Default: 30 seconds, three missed answers.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest wait between two tries to make a missing connection; the first ten wait at most 500 ms. Default: 2 seconds, which is also the most
    /// that is lost once it can be made again.
    /// </summary>
    public TimeSpan LongestRedial { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The HTTP proxy that every connection to the coordinator goes through. Default: none.</summary>
    public HttpProxy? Proxy { get; init; }

    /// <summary>Who is shown every message of the connection, for tests. Default: nobody.</summary>
    public IChannelObserver? Observer { get; init; }

    /// <summary>How long TLS and welcome may take. Default: 15 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
