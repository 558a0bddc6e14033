using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Star;

/// <summary>Hello between the leader and each follower, both ways; then the leader gives every follower all sizes.</summary>
internal static class Handshake
{
    private const string Step = "alignment: hello";

    public static async Task<AlignmentSession> RunAsync(
        AlignmentRole role,
        Pass pass,
        int size,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress,
        CancellationToken cancellationToken)
    {
        progress?.Report(new AlignmentProgress(AlignmentStep.Hello, 0, 0, pass.Number, pass.Of));
        PartyId[] parties = role.Ordered;
        int[] sizes = role.IsLeader
            ? await LeadAsync(role, pass.Number, size, parties, channels, cancellationToken)
            : await FollowAsync(role, pass.Number, size, parties, channels[role.Leader], cancellationToken);
        return new AlignmentSession(role, pass, sizes, channels, progress);
    }

    private static async Task<int[]> LeadAsync(
        AlignmentRole role,
        int pass,
        int size,
        PartyId[] parties,
        IReadOnlyDictionary<PartyId, Channel> channels,
        CancellationToken cancellationToken)
    {
        int[] sizes = new int[parties.Length];
        sizes[0] = size;
        await Together.RunAsync(
            Enumerable.Range(1, parties.Length - 1).Select(i => (Func<CancellationToken, Task>)(async ct =>
                sizes[i] = await GreetAsync(role, pass, size, channels[parties[i]], ct))),
            cancellationToken);
        await Together.RunAsync(
            parties.Skip(1).Select(p => (Func<CancellationToken, Task>)(ct =>
                channels[p].SendAsync(new AlignmentSizes(parties, sizes), ct).AsTask())),
            cancellationToken);
        return sizes;
    }

    private static async Task<int[]> FollowAsync(
        AlignmentRole role, int pass, int size, PartyId[] parties, Channel leader, CancellationToken cancellationToken)
    {
        int leaderSize = await GreetAsync(role, pass, size, leader, cancellationToken);
        AlignmentSizes told = await leader.ReceiveAsync<AlignmentSizes>(cancellationToken);
        if (!told.Parties.SequenceEqual(parties))
        {
            throw new PeerProtocolException(leader.Peer, Step, "it names other parties than the study");
        }

        if (told.Sizes[0] != leaderSize || told.Sizes[Array.IndexOf(parties, role.Self)] != size)
        {
            throw new PeerProtocolException(leader.Peer, Step, "it reports other set sizes than were declared");
        }

        if (role.PadTo is { } bound && told.Sizes.Any(s => s != bound))
        {
            throw new PeerProtocolException(leader.Peer, Step, $"it reports sets that are not padded to the {bound} identifiers of the study");
        }

        if (told.Sizes.Where((_, i) => parties[i] != role.Self).Max() > role.LargestPeerSet)
        {
            throw new PeerProtocolException(
                leader.Peer, Step, $"a party brings more than the {role.LargestPeerSet} identifiers that our policy takes");
        }

        return [.. told.Sizes];
    }

    private static async Task<int> GreetAsync(AlignmentRole role, int pass, int size, Channel channel, CancellationToken cancellationToken)
    {
        var mine = new AlignmentHello(
            AlignmentHello.CurrentVersion, role.Protocol, role.Study, role.Run, role.Attempt, role.MinimumPatients, pass, size);
        await channel.SendAsync(mine, cancellationToken);
        AlignmentHello theirs = await channel.ReceiveAsync<AlignmentHello>(cancellationToken);
        string? difference =
            theirs.Version != mine.Version ? $"it speaks version {theirs.Version} of the alignment, not {mine.Version}"
            : theirs.Study != mine.Study ? $"it takes part in study {theirs.Study.Short}, not {mine.Study.Short}"
            : theirs.Run != mine.Run ? $"it takes part in run {theirs.Run.Short}, not {mine.Run.Short}"
            : theirs.Attempt != mine.Attempt ? $"it is at attempt {theirs.Attempt}, not {mine.Attempt}"
            : theirs.Protocol != mine.Protocol ? "it uses another OPRF than the study"
            : theirs.MinimumPatients != mine.MinimumPatients ? "it has another minimum cohort than the study"
            : theirs.Pass != mine.Pass ? $"it is at pass {theirs.Pass}, not {mine.Pass}"
            : role.PadTo is { } bound && theirs.Size != bound ? $"it brings {theirs.Size} identifiers, not padded to the study's {bound}"
            : theirs.Size > role.LargestPeerSet ? $"it brings {theirs.Size} identifiers; our policy takes at most {role.LargestPeerSet}"
            : null;
        return difference is null ? theirs.Size : throw new PeerProtocolException(channel.Peer, Step, difference);
    }
}
