using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Puts the cohort into an order that no party alone has chosen, and lets every pair of parties check that it holds the same rows.
/// </summary>
/// <remarks>
/// Keys: HKDF-SHA256 over the contributions of all parties in party order; salt = session id for the row check, study id for the order, so
/// that a
/// study repeated by parties with fixed <see cref="AlignmentRole.OrderContribution"/>s has its patients in the same order again.
/// Contributions
/// are sent without a commitment: the last to send may steer the order or the key, but the order carries no secret and the digest only
/// compares
/// what both sides hold. A party that tells different peers different contributions makes digests differ, and the check is fatal.
/// </remarks>
internal sealed class CommonOrder(AlignmentSession session, ItemsOfPasses items)
{
    private const int DigestSize = HMACSHA256.HashSizeInBytes;

    private const int Batch = 256;

    /// <summary>Sorts the numbers of the cohort's items by HMAC-SHA256(k_order, item).</summary>
    public async Task<int[]> SortAsync(int[] cohort, CancellationToken cancellationToken)
    {
        session.Report(AlignmentStep.Order, 0, 0);
        byte[] key = await AgreeAsync(
            "order",
            KeyLabels.Order,
            c => new OrderContribution(session.Id, c),
            m => (m.Session, m.Contribution),
            session.Role.Study.ToBytes(),
            session.Role.OrderContribution,
            cancellationToken);
        int[] ordered = await Task.Run(
            () =>
            {
                using SecretBuffer<byte> rows = items.ItemsAt(cohort);
                return Sort(key, rows.Span, cohort);
            },
            cancellationToken);
        CryptographicOperations.ZeroMemory(key);
        return ordered;
    }

    /// <summary>Compares digests of the ordered items with every other party, and names the alignment.</summary>
    /// <returns>The alignment's id: <see cref="AlignmentResult.Id"/>.</returns>
    public async Task<string> CheckAsync(int[] ordered, CancellationToken cancellationToken)
    {
        session.Report(AlignmentStep.RowCheck, 0, 0);
        byte[] key = await AgreeAsync(
            "row check",
            KeyLabels.RowCheck,
            c => new RowCheckContribution(session.Id, c),
            m => (m.Session, m.Contribution),
            session.Id,
            null,
            cancellationToken);
        byte[] rows = await Task.Run(
            () =>
            {
                using SecretBuffer<byte> own = items.ItemsAt(ordered);
                return SHA256.HashData(own.Span);
            },
            cancellationToken);
        byte[] mine = Digest(key, session.Role.Self, ordered.Length, rows);
        await Together.RunAsync(
            session.Others.Select(peer => (Func<CancellationToken, Task>)(async ct =>
            {
                Channel channel = session.To(peer);
                await channel.SendAsync(new RowCheckDigest(session.Id, mine), ct);
                RowCheckDigest theirs = await channel.ReceiveAsync<RowCheckDigest>(ct);
                var at = new PeerStep(peer, "row check");
                session.CheckId(peer, "alignment: row check", theirs.Session);
                if (!CryptographicOperations.FixedTimeEquals(theirs.Digest.Span, Digest(key, peer, ordered.Length, rows)))
                {
                    throw at.Refuse("its rows are not the same patients in the same order as ours");
                }
            })),
            cancellationToken);
        string id = NameOf(key, session.Id);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(rows);
        return id;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int[] Sort(ReadOnlySpan<byte> key, ReadOnlySpan<byte> cohortItems, int[] cohort)
    {
        // HMAC's two passes, each over a block made of the key and then something short.
        using var inner = new Sha256Tails(PaddedKey(key, 0x36), ItemSet.ItemSize);
        using var outer = new Sha256Tails(PaddedKey(key, 0x5c), DigestSize);
        using var ranks = new WholeKeys(cohort.Length);
        var high = new UInt128[Math.Min(Batch, cohort.Length)];
        var low = new UInt128[high.Length];
        byte[] digests = new byte[high.Length * DigestSize];
        for (int first = 0; first < cohort.Length; first += Batch)
        {
            int count = Math.Min(Batch, cohort.Length - first);
            inner.Hash(cohortItems.Slice(first * ItemSet.ItemSize, count * ItemSet.ItemSize), high.AsSpan(0, count), low.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteUInt128BigEndian(digests.AsSpan(i * DigestSize), high[i]);
                BinaryPrimitives.WriteUInt128BigEndian(digests.AsSpan((i * DigestSize) + (DigestSize / 2)), low[i]);
            }

            outer.Hash(digests.AsSpan(0, count * DigestSize), high.AsSpan(0, count), []);
            ranks.Add(high.AsSpan(0, count), cohort.AsSpan(first, count));
        }

        // By the first half of each: two of n are equal with probability n^2 / 2^129.
        ranks.Sort();
        return ranks.Places.ToArray();
    }

    /// <summary>The key that all contributions, joined in party order, make for a use.</summary>
    internal static byte[] DeriveKey(ReadOnlySpan<byte> contributions, ReadOnlySpan<byte> salt, string label)
    {
        byte[] key = new byte[AlignmentLimits.KeySize];
        KeyDerivation.Derive(contributions, salt, label, key);
        return key;
    }

    /// <summary>The alignment's id from the key of its row check.</summary>
    internal static string NameOf(ReadOnlySpan<byte> rowCheckKey, ReadOnlySpan<byte> sessionId)
    {
        Span<byte> id = stackalloc byte[16];
        KeyDerivation.Derive(rowCheckKey, sessionId, "vfl/v1/alignment-id", id);
        return Convert.ToHexStringLower(id);
    }

    /// <summary>
    /// HMAC-SHA256(key, SHA-256(label, sender, count) || SHA-256(items)). The sender's name keeps a digest from being sent back as one's own.
    /// </summary>
    internal static byte[] Digest(byte[] key, PartyId sender, int count, ReadOnlySpan<byte> hashOfItems)
    {
        byte[] hashes = [.. KeyDerivation.HashInputs(KeyLabels.RowCheck, Inputs.Of(sender.Value), Inputs.Of(count)), .. hashOfItems];
        return HMACSHA256.HashData(key, hashes);
    }

    private async Task<byte[]> AgreeAsync<T>(
        string step,
        string label,
        Func<ReadOnlyMemory<byte>, T> toMessage,
        Func<T, (ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Contribution)> fromMessage,
        byte[] salt,
        ReadOnlyMemory<byte>? contribution,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        byte[] all = new byte[session.Parties.Count * AlignmentLimits.KeySize];
        PartyId[] parties = [.. session.Parties];
        int self = Array.IndexOf(parties, session.Role.Self);
        Memory<byte> mine = all.AsMemory(self * AlignmentLimits.KeySize, AlignmentLimits.KeySize);
        if (contribution is { } given)
        {
            given.CopyTo(mine);
        }
        else
        {
            RandomNumberGenerator.Fill(mine.Span);
        }

        await Together.RunAsync(
            Enumerable.Range(0, parties.Length).Where(i => i != self).Select(i => (Func<CancellationToken, Task>)(async ct =>
            {
                Channel channel = session.To(parties[i]);
                await channel.SendAsync(toMessage(mine), ct);
                (ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> theirs) = fromMessage(await channel.ReceiveAsync<T>(ct));
                session.CheckId(parties[i], "alignment: " + step, id);
                theirs.CopyTo(all.AsMemory(i * AlignmentLimits.KeySize));
            })),
            cancellationToken);
        byte[] key = DeriveKey(all, salt, label);
        CryptographicOperations.ZeroMemory(all);
        return key;
    }

    private static byte[] PaddedKey(ReadOnlySpan<byte> key, byte pad)
    {
        byte[] block = new byte[Sha256Tails.PrefixSize];
        key.CopyTo(block);
        foreach (ref byte b in block.AsSpan())
        {
            b ^= pad;
        }

        return block;
    }
}
