// A follower's side of the star: see Leader.cs for reference, parameters and adversary.

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
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
        if (!session.IsPair)
        {
            using OprfValues programmed = await EvaluateAndSendTableAsync(cancellationToken);
            return await ReceiveAnnouncementAsync(programmed, cancellationToken);
        }

        using OprfValues values = await oprf.EvaluateAsync(session, items.Items, cancellationToken);
        using SecretBuffer<int> sent = await SendTagsAsync(values, cancellationToken);
        return await ReceiveMarksAsync(values, sent, cancellationToken);
    }

    /// <returns>The item of each tag, in the order in which they were sent. The caller disposes it.</returns>
    private async Task<SecretBuffer<int>> SendTagsAsync(OprfValues values, CancellationToken cancellationToken)
    {
        int size = Tags.Size(session.LeaderSize, items.Count);
        Action<int> done = session.Counter(AlignmentStep.Transfer, items.Count);
        using PlacedKeys tags = await Task.Run(() => Tags.Sort(values.Pads, values.Items), cancellationToken);
        values.ReleasePads();
        byte[] chunk = new byte[AlignmentLimits.ChunkElements * size];
        foreach ((int first, int count) in Chunks.Of(tags.Count))
        {
            Memory<byte> some = chunk.AsMemory(0, count * size);
            Tags.Write(tags.Records.Slice(first, count), size, some.Span);
            await _leader.SendAsync(new OprfTags(first, size, some), cancellationToken);
            done(count);
        }

        return tags.CopyPlaces();
    }

    private async Task<int[]> ReceiveMarksAsync(OprfValues values, SecretBuffer<int> sent, CancellationToken cancellationToken)
    {
        var at = new PeerStep(_leader.Peer, "announcement");
        CohortMarks message = await _leader.ReceiveAsync<CohortMarks>(cancellationToken);
        int cohortSize = message.CohortSize;
        ReadOnlyMemory<byte> sum = message.Sum;
        if (!IsAnnounced(at, cohortSize, message.First, message.Marks))
        {
            return [];
        }

        Action<int> done = session.Counter(AlignmentStep.Announcement, sent.Length);
        var cohort = new ItemMarks(items.Count);
        for (int received = 0; ;)
        {
            if (message.CohortSize != cohortSize || !message.Sum.Span.SequenceEqual(sum.Span))
            {
                throw at.Refuse("the size of the cohort or its sum changes within the announcement");
            }

            int count = Math.Min(AlignmentLimits.ChunkMarks, sent.Length - received);
            if (message.First != received || message.Marks.Length != (count + 7) / 8 || message.Marks.Span[^1] >> (((count - 1) % 8) + 1) != 0)
            {
                throw at.Refuse($"{message.Marks.Length} bytes of marks from {message.First} on are not those of {count} tags from {received} on, of {sent.Length}");
            }

            Take(message.Marks.Span, sent.Span.Slice(received, count), cohort);
            received += count;
            done(count);
            if (received == sent.Length)
            {
                break;
            }

            message = await _leader.ReceiveAsync<CohortMarks>(cancellationToken);
        }

        if (cohort.Count != cohortSize)
        {
            throw at.Refuse($"{cohort.Count} tags are marked for a cohort of {cohortSize}");
        }

        // Without it a leader could mark a patient that it has not, and test guesses of who it is against our digest of the rows.
        return CryptographicOperations.FixedTimeEquals(await Task.Run(() => values.SumOfAnnouncements(cohort), cancellationToken), sum.Span)
            ? cohort.ToPlaces()
            : throw at.Refuse("the marked patients are not all its own: the sum over them differs");
    }

    /// <summary>Adds the items of marked tags. No bit is set behind the last tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(ReadOnlySpan<byte> marks, ReadOnlySpan<int> places, ItemMarks to)
    {
        for (int i = 0; i < marks.Length; i++)
        {
            for (int left = marks[i]; left != 0; left &= left - 1)
            {
                to.Add(places[(8 * i) + BitOperations.TrailingZeroCount(left)]);
            }
        }
    }

    /// <summary>Checks the size of a cohort, which alone is told when it is too small.</summary>
    /// <returns>Whether its patients are announced.</returns>
    /// <exception cref="CohortTooSmallException">They are too few.</exception>
    private bool IsAnnounced(PeerStep at, int cohortSize, int first, ReadOnlyMemory<byte> patients)
    {
        if (cohortSize > session.SmallestSize)
        {
            throw at.Refuse($"a cohort of {cohortSize} is larger than the smallest set, {session.SmallestSize}");
        }

        if (cohortSize > 0 && cohortSize >= session.FewestPatients)
        {
            return true;
        }

        return !patients.IsEmpty || first != 0 ? throw at.Refuse("a cohort of none or below the minimum is announced with patients")
            : cohortSize >= session.FewestPatients ? false
            : throw new CohortTooSmallException(session.Pass.Matched + cohortSize, session.Role.MinimumPatients);
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
        if (message.TagSize != size)
        {
            throw at.Refuse($"tags of {message.TagSize} bytes arrived where {size} bytes were due");
        }

        if (!IsAnnounced(at, cohortSize, message.First, message.Tags))
        {
            return [];
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
