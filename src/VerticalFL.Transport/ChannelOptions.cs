using System.Collections.Frozen;
using VerticalFL.Messages;

namespace VerticalFL.Transport;

/// <summary>Settings of a channel.</summary>
public sealed record ChannelOptions
{
    internal const int SmallestWindow = 128 * 1024;
    internal const int LargestWindow = 256 * 1024 * 1024;

    /// <summary>Who is shown every message that passes, for the audit's classes and for tests. Default: nobody.</summary>
    public IChannelObserver? Observer { get; init; }

    /// <summary>Is told whenever the link is missing, at each try that fails, and when it is up again after that. Default: nobody.</summary>
    public IProgress<LinkNotice>? Links { get; init; }

    /// <summary>
    /// How long a missing link is dialled, when the channel opens and after a cut, before the channel is lost. Default: 15 minutes,
    /// which outlasts the restart of a coordinator's machine.
    /// </summary>
    public TimeSpan ResumeDeadline { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Sent but unacknowledged bytes that are kept for replay, which is also the flow-control window; 128 KiB to 256 MiB.
    /// Default: 8 MiB, which keeps 1 Gbit/s busy over 60 ms.
    /// </summary>
    public int WindowBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How often an idle link carries a sign of life. Default: 10 seconds, below the idle limits of common firewalls.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A link that was silent for so long is cut and dialled anew. Default: 30 seconds, three missed heartbeats.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest wait between two tries to make a missing link; the first ten wait at most 500 ms. Default: 2 seconds, which is also the most
    /// that is lost once it can be made again.
    /// </summary>
    public TimeSpan LongestRedial { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long closing waits for the peer's acknowledgement of what was sent. Default: 5 seconds.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Types of message that are no part of the conversation: they travel in order with it, but are read by
    /// <see cref="Channel.ReceiveApartAsync{T}"/> whatever of the conversation is unread, and <see cref="Channel.BytesSent"/> and
    /// <see cref="Channel.BytesReceived"/> leave them out. Default: none.
    /// </summary>
    public IReadOnlySet<MessageType> Apart { get; init; } = FrozenSet<MessageType>.Empty;

    /// <summary>The size limit of a message type, in bytes. Default: the one in its descriptor.</summary>
    internal Func<MessageType, int> LimitOf { get; init; } = MessageLimits.Of;

    internal void Validate()
    {
        if (WindowBytes is < SmallestWindow or > LargestWindow)
        {
            throw new ArgumentException($"WindowBytes is {WindowBytes}; {SmallestWindow} to {LargestWindow} are allowed.");
        }

        foreach ((string name, TimeSpan value) in new[]
                 {
                     (nameof(ResumeDeadline), ResumeDeadline), (nameof(LongestRedial), LongestRedial), (nameof(HeartbeatInterval), HeartbeatInterval),
                     (nameof(SilenceLimit), SilenceLimit), (nameof(CloseTimeout), CloseTimeout),
                 })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            {
                throw new ArgumentException($"{name} is {value}; more than zero and at most a day is allowed.");
            }
        }
    }
}
