// A follower's side of the star: see Leader.cs for reference, parameters and adversary.

using System.Runtime.CompilerServices;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Cryptography.Okvs;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Star;

/// <summary>Lets the leader find the cohort, and learns from it which of its own items are in it.</summary>
internal sealed class Follower(AlignmentSession session, IOprf oprf, ItemSet items)
{
    private readonly Channel _leader = session.To(session.Role.Leader);

    /// <summary>The places of the common items in <see cref="ItemSet.Items"/>, ascending.</summary>
    public async Task<int[]> FindCohortAsync(CancellationToken cancellationToken)
    {
        using OprfValues values = session.IsPair
            ? await oprf.EvaluateAsync(session, items.Items, cancellationToken)
            : await EvaluateAndSendTableAsync(cancellationToken);
        if (session.IsPair)
        {
            await SendTagsAsync(values, cancellationToken);
        }

        return await ReceiveAnnouncementAsync(values, cancellationToken);
    }

    private async Task SendTagsAsync(OprfValues values, CancellationToken cancellationToken)
    {
        int size = Tags.Size(session.LeaderSize, items.Count);
        Action<int> done = session.Counter(AlignmentStep.Transfer, items.Count);
        using PlacedKeys tags = await Task.Run(() => Tags.Sort(values.Pads, []), cancellationToken);
        values.ReleasePads();
        byte[] chunk = new byte[AlignmentLimits.ChunkElements * size];
        foreach ((int first, int count) in Chunks.Of(tags.Count))
        {
            Memory<byte> some = chunk.AsMemory(0, count * size);
            Tags.Write(tags.Records.Slice(first, count), size, some.Span);
            await _leader.SendAsync(new OprfTags(first, size, some), cancellationToken);
            done(count);
        }
    }

    private async Task<OprfValues> EvaluateAndSendTableAsync(CancellationToken cancellationToken)
    {
        using ZeroShares shares = await ZeroShares.AgreeAsync(session, cancellationToken);
        OprfValues values = await oprf.EvaluateAsync(session, items.Items, cancellationToken);
        try
        {
            using OkvsTable table = await Task.Run(() => Program(values, shares, cancellationToken), cancellationToken);
            Action<int> done = session.Counter(AlignmentStep.Transfer, table.Slots);
            byte[] seed = table.Seed.ToArray();
            byte[] chunk = new byte[AlignmentLimits.ChunkElements * table.ValueSize];
            foreach ((int first, int count) in Chunks.Of(table.Slots))
            {
                Memory<byte> slots = chunk.AsMemory(0, count * table.ValueSize);
                table.CopyTo(first, slots.Span);
                await _leader.SendAsync(new OkvsChunk(seed, first, table.ValueSize, slots), cancellationToken);
                done(count);
            }

            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private OkvsTable Program(OprfValues values, ZeroShares shares, CancellationToken cancellationToken)
    {
        using var programmed = new SecretBuffer<UInt128>(items.Count);
        Span<UInt128> own = programmed.Span;
        ReadOnlySpan<UInt128> pads = values.Pads;
        ReadOnlySpan<int> places = values.Items;
        for (int i = 0; i < pads.Length; i++)
        {
            own[places[i]] = Tags.InMemory(Tags.First(pads[i], Tags.StarSize));
        }

        values.ReleasePads();
        foreach ((int first, int count) in Chunks.Of(items.Count))
        {
            shares.Apply(items.Items.Span.Slice(first * ItemSet.ItemSize, count * ItemSet.ItemSize), own.Slice(first, count));
        }

        return OkvsTable.Encode(items.Items.Span, own, Tags.StarSize, cancellationToken);
    }

    private async Task<int[]> ReceiveAnnouncementAsync(OprfValues values, CancellationToken cancellationToken)
    {
        var at = new PeerStep(_leader.Peer, "announcement");
        int size = Tags.AnnouncementSize(session.LeaderSize, items.Count, session.Parties.Count - 1);
        using PlacedKeys mine = await Task.Run(() => Tags.Sort(values.Announcements, values.Items), cancellationToken);

        CohortAnnouncement message = await _leader.ReceiveAsync<CohortAnnouncement>(cancellationToken);
        int cohortSize = message.CohortSize;
        if (cohortSize > session.SmallestSize)
        {
            throw at.Refuse($"a cohort of {cohortSize} is larger than the smallest set, {session.SmallestSize}");
        }

        if (message.TagSize != size)
        {
            throw at.Refuse($"tags of {message.TagSize} bytes arrived where {size} bytes were due");
        }

        if (cohortSize == 0 || cohortSize < session.FewestPatients)
        {
            return !message.Tags.IsEmpty || message.First != 0 ? throw at.Refuse("a cohort of none or below the minimum is announced with tags")
                : cohortSize >= session.FewestPatients ? []
                : throw new CohortTooSmallException(session.Pass.Matched + cohortSize, session.Role.MinimumPatients);
        }

        Action<int> done = session.Counter(AlignmentStep.Announcement, cohortSize);
        var merge = new TagMerge(mine, size, items.Count);
        for (int received = 0; ;)
        {
            if (message.CohortSize != cohortSize || message.TagSize != size)
            {
                throw at.Refuse("the size of the cohort or of its tags changes within the announcement");
            }

            int count = message.Tags.Length / size;
            Chunks.Check(at, message.First, count, received, cohortSize);
            if (merge.TakeOwn(message.Tags.Span) is { } problem)
            {
                throw at.Refuse(problem);
            }

            received += count;
            done(count);
            if (received == cohortSize)
            {
                break;
            }

            message = await _leader.ReceiveAsync<CohortAnnouncement>(cancellationToken);
        }

        return merge.Found.ToPlaces();
    }
}
