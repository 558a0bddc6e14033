using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Zero-shares among the followers (Kolesnikov et al. 2017, section 4, augmented semi-honest): each pair has a fresh key, a follower's
/// share of an
/// item is the xor over its pairs of a PRF of the item, and the shares of all followers xor to zero.
/// PRF: AES-256 of the 16-byte item, first 10 bytes; for q items AES differs from a random function by at most q^2 / 2^129.
/// </summary>
internal sealed class ZeroShares : IDisposable
{
    private readonly IReadOnlyList<byte[]> _keys;

    internal ZeroShares(IReadOnlyList<byte[]> keys) => _keys = keys;

    /// <summary>Agrees on a key with every other follower, over its own channel: the leader has no part in it.</summary>
    public static async Task<ZeroShares> AgreeAsync(AlignmentSession session, CancellationToken cancellationToken)
    {
        PartyId self = session.Role.Self;
        PartyId[] peers = [.. session.Followers.Where(p => p != self)];
        byte[][] keys = new byte[peers.Length][];
        await Together.RunAsync(
            Enumerable.Range(0, peers.Length).Select(i => (Func<CancellationToken, Task>)(async ct =>
                keys[i] = await AgreeAsync(session, session.To(peers[i]), ct))),
            cancellationToken);
        return new ZeroShares(keys);
    }

    /// <summary>Xors this follower's shares of items into values, each in its first 10 bytes of 16.</summary>
    public void Apply(ReadOnlySpan<byte> items, Span<UInt128> values)
    {
        using var blocks = new SecretBuffer<byte>(items.Length);
        foreach (byte[] key in _keys)
        {
            using var aes = Aes.Create();
            aes.SetKey(key);
            aes.EncryptEcb(items, blocks.Span, PaddingMode.None);
            Xor(MemoryMarshal.Cast<byte, UInt128>(blocks.Span), values);
        }
    }

    public void Dispose()
    {
        foreach (byte[] key in _keys)
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The key of a pair, from the contribution of the lower party id followed by the other's.</summary>
    internal static byte[] DeriveKey(ReadOnlySpan<byte> contributions, ReadOnlySpan<byte> sessionId, PartyId low, PartyId high)
    {
        byte[] key = new byte[AlignmentLimits.KeySize];
        KeyDerivation.Derive(contributions, sessionId, KeyLabels.PsiZero, key, Inputs.Of(low.Value), Inputs.Of(high.Value));
        return key;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Xor(ReadOnlySpan<UInt128> blocks, Span<UInt128> values)
    {
        UInt128 mask = Tags.InMemory(Tags.Mask(Tags.StarSize));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] ^= blocks[i] & mask;
        }
    }

    private static async Task<byte[]> AgreeAsync(AlignmentSession session, Channel channel, CancellationToken cancellationToken)
    {
        PartyId self = session.Role.Self;
        byte[] mine = RandomNumberGenerator.GetBytes(AlignmentLimits.KeySize);
        await channel.SendAsync(new ZeroShareKey(session.Id, mine), cancellationToken);
        ZeroShareKey theirs = await channel.ReceiveAsync<ZeroShareKey>(cancellationToken);
        session.CheckId(channel.Peer, "alignment: zero-share key", theirs.Session);

        bool first = self < channel.Peer;
        (PartyId low, PartyId high) = first ? (self, channel.Peer) : (channel.Peer, self);
        byte[] both = first ? [.. mine, .. theirs.Contribution.Span] : [.. theirs.Contribution.Span, .. mine];
        byte[] key = DeriveKey(both, session.Id, low, high);
        CryptographicOperations.ZeroMemory(mine);
        CryptographicOperations.ZeroMemory(both);
        return key;
    }
}
