using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages;
using VerticalFL.Transport;

namespace VerticalFL.Alignment;

/// <summary>Finds the patients that all parties have in common, and gives every party its own rows of them in one common order.</summary>
public static class Aligner
{
    /// <summary>The OPRFs that a study may name.</summary>
    public static IReadOnlyList<string> Protocols { get; } = [EcdhOprf.Name, VoleOprf.Name];

    /// <summary>Runs this party's part of one alignment. Every secret is fresh, and gone when the call ends, however it ends.</summary>
    /// <param name="role">Who this party is, and what all parties agree on.</param>
    /// <param name="items">This party's identifiers.</param>
    /// <param name="channels">
    /// A channel to every other party. They stay open: a caller that sees this call fail must close them, for peers wait.
    /// </param>
    /// <param name="progress">Told how far the alignment is, from any thread; or null.</param>
    /// <param name="cancellationToken">Ends the alignment at this party.</param>
    /// <returns>The cohort: same length and same patients at every party, row by row.</returns>
    /// <exception cref="CohortTooSmallException">Fewer patients are common than the study asks for. Every party ends so.</exception>
    /// <exception cref="PeerProtocolException">A peer broke the protocol, takes part in something else, or its rows differ.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    /// <exception cref="ArgumentException">
    /// The role, the protocol's name or the channels do not fit each other, or there are more identifiers than all are padded to.
    /// </exception>
    public static Task<AlignmentResult> RunAsync(
        AlignmentRole role,
        ItemSet items,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(role);
        IOprf oprf = role.Protocol switch
        {
            EcdhOprf.Name => new EcdhOprf(),
            VoleOprf.Name => new VoleOprf(),
            _ => throw new ArgumentException(
                $"'{role.Protocol}' is not an alignment protocol: use {string.Join(" or ", Protocols)}.", nameof(role)),
        };
        return RunAsync(role, oprf, items, channels, progress, cancellationToken);
    }

    internal static async Task<AlignmentResult> RunAsync(
        AlignmentRole role,
        IOprf oprf,
        ItemSet items,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(channels);
        role.Validate();
        foreach (PartyId peer in role.Parties.Where(p => p != role.Self))
        {
            if (!channels.TryGetValue(peer, out Channel? channel) || channel.Peer != peer || channel.Self != role.Self)
            {
                throw new ArgumentException($"There is no channel from party '{role.Self}' to party '{peer}'.", nameof(channels));
            }
        }

        items = role.PadTo is { } bound ? items.PadTo(bound) : items;
        AlignmentSession session = await Handshake.RunAsync(role, items.Count, channels, progress, cancellationToken);
        int[] cohort = role.IsLeader
            ? await new Leader(session, oprf, items).FindCohortAsync(cancellationToken)
            : await new Follower(session, oprf, items).FindCohortAsync(cancellationToken);
        var order = new CommonOrder(session, items);
        int[] ordered = await order.SortAsync(cohort, cancellationToken);
        string id = await order.CheckAsync(ordered, cancellationToken);
        return new AlignmentResult(items.RowsAt(ordered), session.Sizes, id);
    }
}
