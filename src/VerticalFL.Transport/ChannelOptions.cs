namespace VerticalFL.Transport;

/// <summary>Settings of a channel.</summary>
public sealed record ChannelOptions
{
    /// <summary>Who is shown every message that passes, for the audit's classes and for tests. Default: nobody.</summary>
    public IChannelObserver? Observer { get; init; }
}
