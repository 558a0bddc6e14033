// Pairwise mask keys of one attempt.
// What:        every pair of feature parties i < j (ordinally) exchanges 32 fresh bytes each way over its own channel and derives
//              key = HKDF-SHA256(ikm = r_i || r_j, salt = SHA-256(session), info = label "vfl/v1/mask" with i and j), 32 bytes.
// Reference:   RFC 5869; pairwise cancelling masks as in Bonawitz et al. 2017, "Practical Secure Aggregation", section 4, without their
//              dropout recovery (an attempt ends when a party leaves).
// Adversary:   semi-honest parties, any coalition that leaves two feature parties honest; a malicious network (the channel is TLS).
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>The keys that one feature party shares with each other feature party for one attempt. Disposing zeroes them.</summary>
public sealed class MaskKeys : IDisposable
{
    /// <summary>The size of a key, in bytes.</summary>
    public const int KeySize = 32;

    private readonly List<(PartyId Peer, SecretKey Key)> _keys;

    private MaskKeys(PartyId self, List<(PartyId Peer, SecretKey Key)> keys)
    {
        Self = self;
        _keys = keys;
    }

    /// <summary>The party that holds these keys.</summary>
    public PartyId Self { get; }

    /// <summary>Every other feature party with the key shared with it, in ordinal order.</summary>
    internal IReadOnlyList<(PartyId Peer, SecretKey Key)> Pairs => _keys;

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
        (PartyId Peer, Channel Channel)[] peers = [.. otherFeatureParties.OrderBy(p => p.Key).Select(p => (p.Key, p.Value))];
        byte[][] own = [.. peers.Select(_ => RandomNumberGenerator.GetBytes(MaskContribution.Size))];
        var keys = new MaskKeys(self, []);
        try
        {
            for (int i = 0; i < peers.Length; i++)
            {
                var message = new MaskContribution { Attempt = session.Attempt, Contribution = own[i] };
                await peers[i].Channel.SendAsync(message, cancellationToken);
            }

            for (int i = 0; i < peers.Length; i++)
            {
                MaskContribution theirs = await peers[i].Channel.ReceiveAsync<MaskContribution>(cancellationToken);
                Check(session, peers[i].Peer, own[i], theirs);
                keys._keys.Add((peers[i].Peer, Derive(session, self, own[i], peers[i].Peer, theirs.Contribution.Span)));
            }

            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
        finally
        {
            Array.ForEach(own, secret => CryptographicOperations.ZeroMemory(secret));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, SecretKey key) in _keys)
        {
            key.Dispose();
        }
    }

    /// <summary>Keys that were derived elsewhere: for vectors, and none at all where there is nobody to mask with.</summary>
    internal static MaskKeys FromPairs(PartyId self, IEnumerable<(PartyId Peer, SecretKey Key)> pairs) => new(self, [.. pairs.OrderBy(p => p.Peer)]);

    /// <summary>The key of one pair, the same from either side.</summary>
    internal static SecretKey Derive(MaskSession session, PartyId self, ReadOnlySpan<byte> own, PartyId peer, ReadOnlySpan<byte> theirs)
    {
        if (self == peer || own.Length != MaskContribution.Size || theirs.Length != MaskContribution.Size)
        {
            throw new ArgumentException("A mask key joins two different parties' 32-byte contributions.");
        }

        bool first = self < peer;
        Span<byte> material = stackalloc byte[2 * MaskContribution.Size];
        (first ? own : theirs).CopyTo(material);
        (first ? theirs : own).CopyTo(material[MaskContribution.Size..]);
        byte[] lower = Encoding.ASCII.GetBytes((first ? self : peer).Value);
        byte[] higher = Encoding.ASCII.GetBytes((first ? peer : self).Value);
        SecretKey key = SecretKey.Derive(material, session.Salt.Span, KeyLabels.Mask, KeySize, lower, higher);
        CryptographicOperations.ZeroMemory(material);
        return key;
    }

    private static void Check(MaskSession session, PartyId peer, byte[] own, MaskContribution theirs)
    {
        const string Step = "training: mask keys";
        if (theirs.Attempt != session.Attempt)
        {
            throw new PeerProtocolException(peer, Step, $"it is at attempt {theirs.Attempt}, we are at {session.Attempt}.");
        }

        if (CryptographicOperations.FixedTimeEquals(theirs.Contribution.Span, own))
        {
            throw new PeerProtocolException(peer, Step, "it sent our own contribution back.");
        }
    }
}
