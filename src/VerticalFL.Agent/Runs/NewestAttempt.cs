using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>The newest attempt of a run that was begun at this party, for when the agent has been restarted since.</summary>
/// <param name="Number">The attempt, from 1.</param>
/// <param name="Over">Why it was over while the run was not; null while it was under way, or when it ended with the run.</param>
internal sealed record NewestAttempt(int Number, AttemptCause? Over)
{
    private const int MostKept = 500;

    /// <summary>Why attempts before it were over, as the coordinator told it; the newest of them.</summary>
    public IReadOnlyList<Interruption> Before { get; init; } = [];

    /// <summary>The attempt that an order begins after this one, or after none.</summary>
    public static NewestAttempt Following(NewestAttempt? before, RunOrder order)
    {
        IEnumerable<Interruption> known = before?.Before ?? [];
        return new NewestAttempt(order.Attempt, null)
        {
            Before = [.. (order.After is { } after ? known.Append(new Interruption(after.Attempt, after.Party?.Value, after.Cause, after.Lost?.Peer.Value, after.Lost?.Fault ?? LinkFault.None)) : known).TakeLast(MostKept)],
        };
    }

    /// <summary>As it is kept.</summary>
    internal sealed record Interruption(int Attempt, string? Party, AttemptCause Cause, string? LostPeer = null, LinkFault Fault = LinkFault.None)
    {
        /// <inheritdoc/>
        public override string ToString() => new AttemptInterruption(Attempt, Party is null ? null : new PartyId(Party), Cause)
        {
            Lost = LostPeer is null ? null : new LostLink(new PartyId(LostPeer), Fault),
        }.ToString();
    }
}
