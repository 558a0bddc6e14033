// The leader's side of the star.
//
// What        n-party private set intersection, leader learns which of its items every follower has
// Reference   Kolesnikov, Matania, Pinkas, Rosulek, Trieu 2017 (ePrint 2017/799), augmented semi-honest variant; Nevo, Trieu, Yanai 2021
// Parameters  star values 10 bytes; two-party tags ceil((40 + log2 nx + log2 ny) / 8) bytes
// Adversary   semi-honest, any coalition: protocols/alignment/README.md, "Who learns what"

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Cryptography.Okvs;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Star;

/// <summary>Finds the cohort and tells every follower which of its own items are in it.</summary>
internal sealed class Leader(AlignmentSession session, IOprf oprf, ItemSet items)
{
    /// <summary>The places of the common items in <see cref="ItemSet.Items"/>, ascending.</summary>
    public async Task<int[]> FindCohortAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<PartyId, OprfValues> values = await oprf.ReceiveAsync(session, items.Items, cancellationToken);
        try
        {
            ItemMarks cohort;
            if (session.IsPair)
            {
                (PartyId follower, OprfValues own) = values.Single();
                (cohort, ItemMarks tags) = await JoinAsync(follower, own, cancellationToken);
                await MarkAsync(follower, cohort, tags, own, cancellationToken);
            }
            else
            {
                cohort = await SumAsync(values, cancellationToken);
                await AnnounceAsync(cohort, values, cancellationToken);
            }

            return cohort.Count >= session.FewestPatients
                ? cohort.ToPlaces()
                : throw new CohortTooSmallException(session.Pass.Matched + cohort.Count, session.Role.MinimumPatients);
        }
        finally
        {
            foreach (OprfValues of in values.Values)
            {
                of.Dispose();
            }
        }
    }

    /// <summary>Which items of the leader's, and which of the follower's tags, are common.</summary>
    private async Task<(ItemMarks Items, ItemMarks Tags)> JoinAsync(PartyId follower, OprfValues values, CancellationToken cancellationToken)
    {
        var at = new PeerStep(follower, "tags");
        Channel channel = session.To(follower);
        int theirCount = session.Sizes[follower];
        int size = Tags.Size(items.Count, theirCount);
        using PlacedKeys mine = await Task.Run(() => Tags.Sort(values.Pads, values.Items), cancellationToken);
        values.ReleasePads();
        var merge = new TagMerge(mine, size, items.Count, theirCount);
        Action<int> done = session.Counter(AlignmentStep.Transfer, theirCount);
        for (int received = 0; received < theirCount;)
        {
            using BorrowedMessage<OprfTags> borrowed = await channel.BorrowAsync<OprfTags>(cancellationToken);
            OprfTags message = borrowed.Message;
            int count = CheckTags(at, message.TagSize, size, message.Tags);
            Chunks.Check(at, message.First, count, received, theirCount);
            if (merge.Take(message.Tags.Span) is { } problem)
            {
                throw at.Refuse(problem);
            }

            received += count;
            done(count);
        }

        return (merge.Found, merge.Matched);
    }

    private async Task MarkAsync(PartyId follower, ItemMarks cohort, ItemMarks tags, OprfValues values, CancellationToken cancellationToken)
    {
        Channel channel = session.To(follower);
        int theirCount = session.Sizes[follower];
        Action<int> done = session.Counter(AlignmentStep.Announcement, theirCount);
        if (cohort.Count == 0 || cohort.Count < session.FewestPatients)
        {
            await channel.SendAsync(new CohortMarks(cohort.Count, new byte[AlignmentLimits.MaxTagSize], 0, ReadOnlyMemory<byte>.Empty), cancellationToken);
            return;
        }

        byte[] sum = await Task.Run(() => values.SumOfAnnouncements(cohort), cancellationToken);
        for (int first = 0, count; first < theirCount; first += count)
        {
            count = Math.Min(AlignmentLimits.ChunkMarks, theirCount - first);
            byte[] marks = new byte[(count + 7) / 8];
            tags.CopyTo(first, marks);
            await channel.SendAsync(new CohortMarks(cohort.Count, sum, first, marks), cancellationToken);
            done(count);
        }
    }

    private async Task<ItemMarks> SumAsync(IReadOnlyDictionary<PartyId, OprfValues> values, CancellationToken cancellationToken)
    {
        using var sum = new SecretBuffer<UInt128>(items.Count);
        PartyId[] followers = [.. session.Followers];
        Action<int> done = session.Counter(AlignmentStep.Transfer, followers.Sum(f => (long)OkvsTable.SlotCount(session.Sizes[f])));
        await Together.RunAsync(
            followers.Select(f => (Func<CancellationToken, Task>)(async ct =>
            {
                using OkvsTable table = await ReceiveTableAsync(f, done, ct);
                await Task.Run(() => Add(table, values[f], sum), ct);
            })),
            cancellationToken);
        return Zeros(sum.Span);
    }

    private async Task<OkvsTable> ReceiveTableAsync(PartyId follower, Action<int> done, CancellationToken cancellationToken)
    {
        var at = new PeerStep(follower, "table");
        Channel channel = session.To(follower);
        int theirCount = session.Sizes[follower];
        int slots = OkvsTable.SlotCount(theirCount);
        OkvsTable? table = null;
        for (int received = 0; received < slots;)
        {
            using BorrowedMessage<OkvsChunk> borrowed = await channel.BorrowAsync<OkvsChunk>(cancellationToken);
            OkvsChunk chunk = borrowed.Message;
            int count = CheckTags(at, chunk.ValueSize, Tags.StarSize, chunk.Slots);
            Chunks.Check(at, chunk.First, count, received, slots);
            table ??= new OkvsTable(theirCount, Tags.StarSize, chunk.Seed.Span);
            if (!chunk.Seed.Span.SequenceEqual(table.Seed))
            {
                throw at.Refuse("the seed changes within the table");
            }

            table.Load(received, chunk.Slots.Span);
            received += count;
            done(count);
        }

        return table!;
    }

    private void Add(OkvsTable table, OprfValues values, SecretBuffer<UInt128> sum)
    {
        table.Decode(items.Items.Span, (places, decoded) => Xor(sum, places, decoded));

        // As the table's values lie in memory; in parts, so that the other followers' values have their turn.
        UInt128 mask = Tags.Mask(Tags.StarSize);
        UInt128[] pads = new UInt128[AlignmentLimits.ChunkElements];
        foreach ((int first, int count) in Chunks.Of(values.Count))
        {
            Span<UInt128> some = pads.AsSpan(0, count);
            ReadOnlySpan<UInt128> own = values.Pads.Slice(first, count);
            for (int i = 0; i < some.Length; i++)
            {
                some[i] = Tags.InMemory(own[i] & mask);
            }

            Xor(sum, values.Items.Slice(first, count), some);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(pads.AsSpan()));
        values.ReleasePads();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Xor(SecretBuffer<UInt128> sum, ReadOnlySpan<int> places, ReadOnlySpan<UInt128> values)
    {
        lock (sum)
        {
            Span<UInt128> sums = sum.Span;
            for (int i = 0; i < values.Length; i++)
            {
                sums[places[i]] ^= values[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ItemMarks Zeros(ReadOnlySpan<UInt128> sum)
    {
        var cohort = new ItemMarks(sum.Length);
        for (int i = 0; i < sum.Length; i++)
        {
            if (sum[i] == 0)
            {
                cohort.Add(i);
            }
        }

        return cohort;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PlacedKeys Announcements(OprfValues values, ItemMarks cohort)
    {
        // One more than there are: each value is written, and kept by counting on if it is of the cohort.
        using var chosen = new SecretBuffer<UInt128>(cohort.Count + 1);
        ReadOnlySpan<UInt128> all = values.Announcements;
        Span<UInt128> kept = chosen.Span;
        ReadOnlySpan<int> items = values.Items;
        int count = 0;
        for (int i = 0; i < all.Length; i++)
        {
            kept[count] = all[i];
            count += cohort[items[i]] ? 1 : 0;
        }

        return Tags.Sort(kept[..count], []);
    }

    private Task AnnounceAsync(ItemMarks cohort, IReadOnlyDictionary<PartyId, OprfValues> values, CancellationToken cancellationToken)
    {
        PartyId[] followers = [.. session.Followers];
        Action<int> done = session.Counter(AlignmentStep.Announcement, cohort.Count * (long)followers.Length);
        return Together.RunAsync(
            followers.Select(f => (Func<CancellationToken, Task>)(ct => AnnounceAsync(f, cohort, values[f], followers.Length, done, ct))),
            cancellationToken);
    }

    private async Task AnnounceAsync(
        PartyId follower, ItemMarks cohort, OprfValues values, int followers, Action<int> done, CancellationToken cancellationToken)
    {
        Channel channel = session.To(follower);
        int size = Tags.AnnouncementSize(items.Count, session.Sizes[follower], followers);
        if (cohort.Count == 0 || cohort.Count < session.FewestPatients)
        {
            await channel.SendAsync(new CohortAnnouncement(cohort.Count, 0, size, ReadOnlyMemory<byte>.Empty), cancellationToken);
            return;
        }

        using PlacedKeys tags = await Task.Run(() => Announcements(values, cohort), cancellationToken);
        byte[] chunk = new byte[AlignmentLimits.ChunkElements * size];
        foreach ((int first, int count) in Chunks.Of(tags.Count))
        {
            Memory<byte> some = chunk.AsMemory(0, count * size);
            Tags.Write(tags.Records.Slice(first, count), size, some.Span);
            await channel.SendAsync(new CohortAnnouncement(cohort.Count, first, size, some), cancellationToken);
            done(count);
        }
    }

    private static int CheckTags(PeerStep at, int claimedSize, int size, ReadOnlyMemory<byte> tags) => claimedSize == size
        ? tags.Length / size
        : throw at.Refuse($"values of {claimedSize} bytes arrived where {size} bytes were due");
}
