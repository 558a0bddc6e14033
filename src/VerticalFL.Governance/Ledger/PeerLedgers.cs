using System.Text.Json;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Ledger;

/// <summary>The newest head of each peer's ledger that this party was shown: what tells a peer that its own is an older copy. Safe from any thread.</summary>
public sealed class PeerLedgers
{
    /// <summary>What is kept of the peers' prediction ledgers.</summary>
    public const string OfPredictions = "peer-prediction-ledgers";

    private const string OfPrivacy = "peer-ledgers";
    private const int MaxBytes = 1 << 20;
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly StorageKey _key;
    private readonly SealContext _context;
    private readonly Dictionary<string, Entry> _heads = [];

    /// <summary>Opens what is kept in a state directory.</summary>
    /// <param name="stateDirectory">The party's state directory; must exist.</param>
    /// <param name="key">The party's storage key; stays the caller's to dispose.</param>
    /// <param name="party">The party.</param>
    /// <param name="kind">Which of the peers' ledgers. Default: their privacy ledgers.</param>
    /// <exception cref="StorageException">The file was changed, or sealed by another key.</exception>
    public PeerLedgers(string stateDirectory, StorageKey key, PartyId party, string kind = OfPrivacy)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateDirectory);
        (_path, _key, _context) = (Path.Combine(stateDirectory, kind + ".sealed"), key, new SealContext(party, default, default, 0, kind));
        if (File.Exists(_path))
        {
            _heads = JsonSerializer.Deserialize<Dictionary<string, Entry>>(SealedFile.Read(key, _path, _context, MaxBytes)) ?? [];
        }
    }

    /// <summary>Keeps a peer's head, durably, unless a later one is kept.</summary>
    /// <returns>What was kept before; null for nothing.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    public LedgerHead? Keep(PartyId peer, LedgerHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        lock (_lock)
        {
            Entry? before = _heads.GetValueOrDefault(peer.Value);
            if (before is null || head.Sequence > before.Sequence)
            {
                var next = new Dictionary<string, Entry>(_heads) { [peer.Value] = new Entry(head.Sequence, head.Hash.ToArray()) };
                SealedFile.Write(_key, _path, _context, JsonSerializer.SerializeToUtf8Bytes(next));
                _heads[peer.Value] = next[peer.Value];
            }

            return before is null ? null : new LedgerHead(before.Sequence, before.Hash);
        }
    }

    private sealed record Entry(long Sequence, byte[] Hash);
}
