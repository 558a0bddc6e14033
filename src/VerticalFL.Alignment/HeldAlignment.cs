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
    /// <param name="keys">This party's identifiers under each of the study's keys.</param>
    /// <param name="held">What this party has kept; null for nothing, also when its table has changed since.</param>
    /// <param name="channels">A channel to every other party.</param>
    /// <param name="progress">Told of the check; or null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The alignment; null at every party when they have to align anew.</returns>
    /// <exception cref="PeerProtocolException">A peer chose what was not offered, or its rows differ.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    public static async Task<AlignmentResult?> TakeUpAsync(
        AlignmentRole role,
        IReadOnlyList<ItemSet> keys,
        AlignmentResult? held,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(channels);
        role.Validate();
        int[]? numbers = held is null ? null : NumbersOf(held, role, keys);
        ReadOnlyMemory<byte>? id = numbers is null ? null : (ReadOnlyMemory<byte>?)Convert.FromHexString(held!.Id);
        bool chosen = role.IsLeader
            ? await ChooseAsync(role, id, channels, cancellationToken)
            : await FollowAsync(id, channels[role.Leader], cancellationToken);
        if (!chosen)
        {
            return null;
        }

        var session = new AlignmentSession(role, Pass.First(1), [.. role.Ordered.Select(p => held!.Sizes[p])], channels, progress);
        await new CommonOrder(session, new ItemsOfPasses(keys)).CheckAsync(numbers!, cancellationToken);
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

    /// <summary>The numbers of the kept rows' items; null when an item is not there or a party's size is not known, so that it is of no use.</summary>
    private static int[]? NumbersOf(AlignmentResult held, AlignmentRole role, IReadOnlyList<ItemSet> keys)
    {
        bool usable = held.Rows.Count >= role.MinimumPatients && held.Keys.Length == held.Rows.Count && held.Passes.Count == keys.Count
            && role.Parties.All(held.Sizes.ContainsKey) && held.Passes[0].Sizes[role.Self] == (role.PadTo ?? keys[0].Count)
            && held.Id.Length == 2 * AlignmentLimits.IdSize && held.Id.All(char.IsAsciiHexDigit);
        if (!usable)
        {
            return null;
        }

        int[] numbers = new int[held.Rows.Count];
        int first = 0;
        int found = 0;
        for (int key = 0; key < keys.Count; key++)
        {
            int[] places = PlacesOfRows(keys[key]);
            for (int i = 0; i < numbers.Length; i++)
            {
                if (held.Keys.Span[i] == key && (uint)held.Rows[i] < (uint)places.Length && places[held.Rows[i]] >= 0)
                {
                    numbers[i] = first + places[held.Rows[i]];
                    found++;
                }
            }

            first += keys[key].Count;
        }

        return found == numbers.Length ? numbers : null;
    }

    private static int[] PlacesOfRows(ItemSet items)
    {
        int[] places = new int[items.TableRows];
        Array.Fill(places, -1);
        for (int i = 0; i < items.Count; i++)
        {
            places[items.Rows[i]] = i;
        }

        return places;
    }
}
