using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment;

/// <summary>Takes up an alignment that an earlier attempt of the same run has finished, when every party still holds it.</summary>
public static class HeldAlignment
{
    private const string Step = "alignment: choice";

    /// <summary>
    /// Lets all parties find out whether they hold the same finished alignment. If so they only check, under a fresh key, that they have the same
    /// patients in the same order; nothing of the intersection itself is repeated.
    /// </summary>
    /// <param name="role">As for the alignment itself (<see cref="Aligner"/>).</param>
    /// <param name="items">This party's identifiers.</param>
    /// <param name="held">What this party has kept; null for nothing, also when its table has changed since.</param>
    /// <param name="channels">A channel to every other party.</param>
    /// <param name="progress">Told of the check; or null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The alignment; null at every party when they have to align anew.</returns>
    /// <exception cref="PeerProtocolException">A peer chose what was not offered, or its rows differ.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    public static async Task<AlignmentResult?> TakeUpAsync(
        AlignmentRole role,
        ItemSet items,
        AlignmentResult? held,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(channels);
        role.Validate();
        int[]? places = held is null ? null : PlacesOf(held, role, items);
        ReadOnlyMemory<byte>? id = places is null ? null : (ReadOnlyMemory<byte>?)Convert.FromHexString(held!.Id);
        bool chosen = role.IsLeader
            ? await ChooseAsync(role, id, channels, cancellationToken)
            : await FollowAsync(id, channels[role.Leader], cancellationToken);
        if (!chosen)
        {
            return null;
        }

        var session = new AlignmentSession(role, [.. role.Ordered.Select(p => held!.Sizes[p])], channels, progress);
        await new CommonOrder(session, items).CheckAsync(places!, cancellationToken);
        return held;
    }

    private static async Task<bool> ChooseAsync(
        AlignmentRole role, ReadOnlyMemory<byte>? id, IReadOnlyDictionary<PartyId, Channel> channels, CancellationToken cancellationToken)
    {
        bool all = id is not null;
        foreach (PartyId follower in role.Ordered.Skip(1))
        {
            AlignmentOffer offer = await channels[follower].ReceiveAsync<AlignmentOffer>(cancellationToken);
            all &= Same(offer.Id, id);
        }

        foreach (PartyId follower in role.Ordered.Skip(1))
        {
            await channels[follower].SendAsync(new AlignmentChoice(all ? id : null), cancellationToken);
        }

        return all;
    }

    private static async Task<bool> FollowAsync(ReadOnlyMemory<byte>? id, Channel leader, CancellationToken cancellationToken)
    {
        await leader.SendAsync(new AlignmentOffer(id), cancellationToken);
        AlignmentChoice choice = await leader.ReceiveAsync<AlignmentChoice>(cancellationToken);
        return choice.Id is not null && (Same(choice.Id, id)
            ? true
            : throw new PeerProtocolException(leader.Peer, Step, "it takes up an alignment that we did not offer"));
    }

    private static bool Same(ReadOnlyMemory<byte>? a, ReadOnlyMemory<byte>? b) => a is { } x && b is { } y && x.Span.SequenceEqual(y.Span);

    /// <summary>The places of the kept rows among the items; null when a row is not there or a party's size is not known, so that it is of no use.</summary>
    private static int[]? PlacesOf(AlignmentResult held, AlignmentRole role, ItemSet items)
    {
        Dictionary<int, int> places = [];
        for (int i = 0; i < items.Count; i++)
        {
            places.Add(items.Rows[i], i);
        }

        bool usable = held.Rows.Count >= role.MinimumPatients && held.Rows.All(places.ContainsKey) && role.Parties.All(held.Sizes.ContainsKey)
            && held.Sizes[role.Self] == (role.PadTo ?? items.Count) && held.Id.Length == 2 * AlignmentLimits.IdSize && held.Id.All(char.IsAsciiHexDigit);
        return usable ? [.. held.Rows.Select(r => places[r])] : null;
    }
}
