// The leader's side of the star.
//
// What        n-party private set intersection, leader learns which of its items every follower has
// Reference   Kolesnikov, Matania, Pinkas, Rosulek, Trieu 2017 (ePrint 2017/799), augmented semi-honest variant; Nevo, Trieu, Yanai 2021
// Parameters  star values 10 bytes; two-party tags ceil((40 + log2 nx + log2 ny) / 8) bytes
// Adversary   semi-honest, any coalition: protocols/alignment/README.md, "Who learns what"

using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
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
            int[] cohort = session.IsPair
                ? await JoinAsync(session.Followers.Single(), values.Values.Single(), cancellationToken)
                : await SumAsync(values, cancellationToken);
            await AnnounceAsync(cohort, values, cancellationToken);
            return cohort.Length >= session.Role.MinimumPatients
                ? cohort
                : throw new CohortTooSmallException(cohort.Length, session.Role.MinimumPatients);
        }
        finally
        {
            foreach (OprfValues of in values.Values)
            {
                of.Dispose();
            }
        }
    }

    private async Task<int[]> JoinAsync(PartyId follower, OprfValues values, CancellationToken cancellationToken)
    {
        var at = new PeerStep(follower, "tags");
        Channel channel = session.To(follower);
        int theirCount = session.Sizes[follower];
        int size = Tags.Size(items.Count, theirCount);
        (UInt128[] mine, int[] places) = await Task.Run(() => Tags.Sort(values.Pads, size), cancellationToken);

        Action<int> done = session.Counter(AlignmentStep.Transfer, theirCount);
        var cohort = new List<int>();
        UInt128 previous = 0;
        int next = 0;
        for (int received = 0; received < theirCount;)
        {
            OprfTags message = await channel.ReceiveAsync<OprfTags>(cancellationToken);
            int count = CheckTags(at, message.TagSize, size, message.Tags);
            Chunks.Check(at, message.First, count, received, theirCount);
            for (int i = 0; i < count; i++)
            {
                UInt128 tag = Tags.Read(message.Tags.Span, i, size);
                if (tag < previous)
                {
                    throw at.Refuse("the tags are not in ascending order");
                }

                while (next < mine.Length && mine[next] < tag)
                {
                    next++;
                }

                // Two of the follower's items may share a tag; that both meet one of ours has probability below 2^-40.
                if (next > 0 && mine[next - 1] == tag)
                {
                    throw at.Refuse("a tag of a common patient stands twice");
                }

                if (next < mine.Length && mine[next] == tag)
                {
                    cohort.Add(places[next++]);
                }

                previous = tag;
            }

            received += count;
            done(count);
        }

        cohort.Sort();
        return [.. cohort];
    }

    private async Task<int[]> SumAsync(IReadOnlyDictionary<PartyId, OprfValues> values, CancellationToken cancellationToken)
    {
        var sum = new UInt128[items.Count];
        PartyId[] followers = [.. session.Followers];
        Action<int> done = session.Counter(AlignmentStep.Transfer, followers.Sum(f => (long)OkvsTable.SlotCount(session.Sizes[f])));
        await Together.RunAsync(
            followers.Select(f => (Func<CancellationToken, Task>)(async ct =>
            {
                OkvsTable table = await ReceiveTableAsync(f, done, ct);
                await Task.Run(() => Add(table, values[f], sum), ct);
            })),
            cancellationToken);
        return [.. Enumerable.Range(0, items.Count).Where(i => sum[i] == 0)];
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
            OkvsChunk chunk = await channel.ReceiveAsync<OkvsChunk>(cancellationToken);
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

    private void Add(OkvsTable table, OprfValues values, UInt128[] sum)
    {
        byte[] decoded = new byte[(items.Count * Tags.StarSize) + (AlignmentLimits.MaxTagSize - Tags.StarSize)];
        table.Decode(items.Items.Span, decoded.AsSpan(0, items.Count * Tags.StarSize));
        lock (sum)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] ^= Tags.First(values.Pads[i] ^ BinaryPrimitives.ReadUInt128BigEndian(decoded.AsSpan(i * Tags.StarSize)), Tags.StarSize);
            }
        }

        CryptographicOperations.ZeroMemory(decoded);
    }

    private static UInt128[] Announcements(OprfValues values, int[] cohort)
    {
        var chosen = new UInt128[cohort.Length];
        for (int i = 0; i < cohort.Length; i++)
        {
            chosen[i] = values.Announcements[cohort[i]];
        }

        return chosen;
    }

    private Task AnnounceAsync(int[] cohort, IReadOnlyDictionary<PartyId, OprfValues> values, CancellationToken cancellationToken)
    {
        PartyId[] followers = [.. session.Followers];
        Action<int> done = session.Counter(AlignmentStep.Announcement, cohort.Length * (long)followers.Length);
        return Together.RunAsync(
            followers.Select(f => (Func<CancellationToken, Task>)(ct => AnnounceAsync(f, cohort, values[f], followers.Length, done, ct))),
            cancellationToken);
    }

    private async Task AnnounceAsync(
        PartyId follower, int[] cohort, OprfValues values, int followers, Action<int> done, CancellationToken cancellationToken)
    {
        Channel channel = session.To(follower);
        int size = Tags.AnnouncementSize(items.Count, session.Sizes[follower], followers);
        if (cohort.Length == 0 || cohort.Length < session.Role.MinimumPatients)
        {
            await channel.SendAsync(new CohortAnnouncement(cohort.Length, 0, size, ReadOnlyMemory<byte>.Empty), cancellationToken);
            return;
        }

        (UInt128[] tags, _) = await Task.Run(() => Tags.Sort(Announcements(values, cohort), size), cancellationToken);
        foreach ((int first, int count) in Chunks.Of(tags.Length))
        {
            byte[] some = new byte[count * size];
            Tags.Write(tags.AsSpan(first, count), size, some);
            await channel.SendAsync(new CohortAnnouncement(cohort.Length, first, size, some), cancellationToken);
            done(count);
        }
    }

    private static int CheckTags(PeerStep at, int claimedSize, int size, ReadOnlyMemory<byte> tags) => claimedSize == size
        ? tags.Length / size
        : throw at.Refuse($"values of {claimedSize} bytes arrived where {size} bytes were due");
}
