using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment;

/// <summary>Finds the patients that all parties have in common, and gives every party its own rows of them in one common order.</summary>
public static class Aligner
{
    /// <summary>The OPRFs that a study may name.</summary>
    public static IReadOnlyList<string> Protocols { get; } = [EcdhOprf.Name, VoleOprf.Name];

    /// <summary>Runs this party's part of one alignment. Every secret is fresh, and gone when the call ends, however it ends.</summary>
    /// <param name="role">Who this party is, and what all parties agree on.</param>
    /// <param name="keys">
    /// This party's identifiers under each of the study's keys, all of one table, the preferred key first: there is one pass over all parties for each, and rows
    /// that one has matched take no part in the next.
    /// </param>
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
    /// The role, the keys, the protocol's name or the channels do not fit each other, or there are more identifiers than all are padded to.
    /// </exception>
    public static Task<AlignmentResult> RunAsync(
        AlignmentRole role,
        IReadOnlyList<ItemSet> keys,
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
        return RunAsync(role, oprf, keys, channels, progress, cancellationToken);
    }

    internal static async Task<AlignmentResult> RunAsync(
        AlignmentRole role,
        IOprf oprf,
        IReadOnlyList<ItemSet> keys,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(channels);
        role.Validate();
        if (keys.Count is 0 or > AlignmentLimits.MaxKeys || keys.Any(k => k.TableRows != keys[0].TableRows))
        {
            throw new ArgumentException($"An alignment takes 1 to {AlignmentLimits.MaxKeys} keys of one table.", nameof(keys));
        }

        foreach (PartyId peer in role.Parties.Where(p => p != role.Self))
        {
            if (!channels.TryGetValue(peer, out Channel? channel) || channel.Peer != peer || channel.Self != role.Self)
            {
                throw new ArgumentException($"There is no channel from party '{role.Self}' to party '{peer}'.", nameof(channels));
            }
        }

        var items = new ItemsOfPasses();
        var matched = new ItemMarks(keys[0].TableRows);
        var passes = new List<AlignmentPass>();
        int[] cohort = [];
        AlignmentSession session;
        Pass pass = Pass.First(keys.Count);
        while (true)
        {
            ItemSet left = keys[pass.Number - 1].Without(matched);
            ItemSet brought = role.PadTo is { } bound ? left.PadTo(bound) : left;
            session = await Handshake.RunAsync(role, pass, brought.Count, channels, progress, cancellationToken);
            int[] places = role.IsLeader
                ? await new Leader(session, oprf, brought).FindCohortAsync(cancellationToken)
                : await new Follower(session, oprf, brought).FindCohortAsync(cancellationToken);
            passes.Add(new AlignmentPass(session.Sizes, places.Length));
            int first = items.Add(brought);
            cohort = cohort.Length == 0 && first == 0 ? places : [.. cohort, .. places.Select(p => first + p)];
            if (pass.Number == pass.Of)
            {
                break;
            }

            foreach (int place in places)
            {
                matched.Add(brought.Rows[place]);
            }

            pass = pass.Next(session, places.Length);
        }

        var order = new CommonOrder(session, items);
        int[] ordered = await order.SortAsync(cohort, cancellationToken);
        string id = await order.CheckAsync(ordered, cancellationToken);
        (int[] rows, byte[] by) = items.PatientsAt(ordered);
        return new AlignmentResult(rows, by, passes, id);
    }
}
