// Pairwise mask keys of one attempt.
// What:        every pair of feature parties i < j (ordinally) exchanges 32 fresh bytes each way over its own channel and derives
//              key = HKDF-SHA256(ikm = r_i || r_j, salt = SHA-256(session), info = "vfl/v1/mask/" + i + "/" + j), 32 bytes.
// Reference:   RFC 5869; pairwise cancelling masks as in Bonawitz et al. 2017, "Practical Secure Aggregation", section 4, without their
//              dropout recovery (an attempt ends when a party leaves).
// Adversary:   semi-honest parties, any coalition that leaves two feature parties honest; a malicious network (the channel is TLS).
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>The keys that one feature party shares with each other feature party for one attempt. Disposing zeroes them.</summary>
public sealed class MaskKeys : IDisposable
{
    /// <summary>The size of a key, in bytes.</summary>
    public const int KeySize = 32;

    private readonly List<(PartyId Peer, byte[] Key)> _keys;

    private MaskKeys(PartyId self, List<(PartyId Peer, byte[] Key)> keys)
    {
        Self = self;
        _keys = keys;
    }

    /// <summary>The party that holds these keys.</summary>
    public PartyId Self { get; }

    /// <summary>Every other feature party with the key shared with it, in ordinal order.</summary>
    internal IReadOnlyList<(PartyId Peer, byte[] Key)> Pairs => _keys;

    /// <summary>Exchanges contributions with every other feature party and derives the keys. All feature parties call it at the same time.</summary>
    /// <param name="session">What the keys are bound to.</param>
    /// <param name="self">This feature party.</param>
    /// <param name="otherFeatureParties">Channels that end at those parties, not at the label party.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    /// <exception cref="PeerProtocolException">A peer is at another attempt, or sent back this party's own bytes.</exception>
    public static async Task<MaskKeys> ExchangeAsync(
        MaskSession session, PartyId self, IReadOnlyDictionary<PartyId, Channel> otherFeatureParties, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(otherFeatureParties);
        var keys = new List<(PartyId, byte[])>();
        foreach ((PartyId peer, Channel channel) in otherFeatureParties.OrderBy(p => p.Key))
        {
            byte[] own = RandomNumberGenerator.GetBytes(MaskContribution.Size);
            await channel.SendAsync(new MaskContribution { Attempt = session.Attempt, Contribution = own }, cancellationToken);
            keys.Add((peer, own));
        }

        for (int i = 0; i < keys.Count; i++)
        {
            (PartyId peer, byte[] own) = keys[i];
            MaskContribution theirs = await otherFeatureParties[peer].ReceiveAsync<MaskContribution>(cancellationToken);
            if (theirs.Attempt != session.Attempt)
            {
                throw new PeerProtocolException(peer, "training: mask keys", $"it is at attempt {theirs.Attempt}, we are at {session.Attempt}.");
            }

            if (CryptographicOperations.FixedTimeEquals(theirs.Contribution.Span, own))
            {
                throw new PeerProtocolException(peer, "training: mask keys", "it sent our own contribution back.");
            }

            keys[i] = (peer, Derive(session, self, own, peer, theirs.Contribution.Span));
            CryptographicOperations.ZeroMemory(own);
        }

        return new MaskKeys(self, keys);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, byte[] key) in _keys)
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Keys from given contributions, for vectors and for tests without channels.</summary>
    internal static MaskKeys FromPairs(PartyId self, IEnumerable<(PartyId Peer, byte[] Key)> pairs) => new(self, [.. pairs.OrderBy(p => p.Peer)]);

    /// <summary>The key of one pair, the same from either side.</summary>
    internal static byte[] Derive(MaskSession session, PartyId self, ReadOnlySpan<byte> own, PartyId peer, ReadOnlySpan<byte> theirs)
    {
        if (self == peer || own.Length != MaskContribution.Size || theirs.Length != MaskContribution.Size)
        {
            throw new ArgumentException("A mask key joins two different parties' 32-byte contributions.");
        }

        bool first = self < peer;
        Span<byte> material = stackalloc byte[2 * MaskContribution.Size];
        (first ? own : theirs).CopyTo(material);
        (first ? theirs : own).CopyTo(material[MaskContribution.Size..]);
        byte[] info = Encoding.ASCII.GetBytes($"vfl/v1/mask/{(first ? self : peer)}/{(first ? peer : self)}");
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, material, key, session.Salt.Span, info);
        CryptographicOperations.ZeroMemory(material);
        return key;
    }
}
