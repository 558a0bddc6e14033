using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Transport;

/// <summary>What a channel is for. Both ends must name the same, or no link comes up.</summary>
/// <param name="Study">The study.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Stream">The name of the stream inside the attempt: 1 to 32 lower-case letters, digits and hyphens.</param>
public sealed record ChannelBinding(StudyId Study, RunId Run, int Attempt, string Stream)
{
    /// <summary>The longest <see cref="Stream"/>, in characters.</summary>
    public const int MaxStreamLength = TicketRequest.MaxStreamLength;

    /// <summary>Refuses what no peer would accept.</summary>
    /// <exception cref="ArgumentException">Attempt or stream is malformed.</exception>
    internal void Validate()
    {
        if (Attempt < 1)
        {
            throw new ArgumentException($"An attempt is counted from 1, not {Attempt}.");
        }

        if (!TicketRequest.IsStreamName(Stream))
        {
            throw new ArgumentException($"'{Stream}' cannot name a stream: use 1 to {MaxStreamLength} lower-case letters, digits and hyphens.");
        }
    }
}
