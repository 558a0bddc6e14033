using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>Shows the peers how far a ledger reaches, and keeps how far theirs do: so an older copy that somebody has put back is found out.</summary>
/// <param name="self">This party.</param>
/// <param name="peers">What is kept of the peers' ledgers.</param>
/// <param name="name">What the ledger is called.</param>
/// <param name="fileName">Its file.</param>
internal sealed class LedgerExchange(PartyId self, PeerLedgers peers, string name, string fileName)
{
    /// <summary>
    /// Shows the ledger's head to every peer, if this party charges, and keeps those of the peers that do; returns when all peers have this one on disk.
    /// </summary>
    /// <param name="channels">The channels to all peers.</param>
    /// <param name="charging">The parties that charge in this run, known to all alike.</param>
    /// <param name="head">The ledger's head, after what was charged.</param>
    /// <param name="continues">Whether the ledger has a record.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StorageException">A peer keeps a later head, or another one: the ledger here is an older copy.</exception>
    public async Task RunAsync(
        RunChannels channels, IReadOnlyCollection<PartyId> charging, LedgerHead head, Predicate<LedgerHead> continues, CancellationToken cancellationToken)
    {
        bool own = charging.Contains(self);
        (PartyId Peer, Channel Channel)[] all = [.. channels.All.OrderBy(c => c.Key).Select(c => (c.Key, c.Value))];
        foreach ((_, Channel channel) in all.Where(_ => own))
        {
            await channel.SendAsync(head, cancellationToken);
        }

        foreach ((PartyId peer, Channel channel) in all.Where(c => charging.Contains(c.Peer)))
        {
            LedgerHead? before = peers.Keep(peer, await channel.ReceiveAsync<LedgerHead>(cancellationToken));
            await channel.SendAsync(new LedgerHeld(before?.Sequence ?? 0, before?.Hash ?? new byte[LedgerHead.HashSize]), cancellationToken);
        }

        foreach ((PartyId peer, Channel channel) in all.Where(_ => own))
        {
            LedgerHeld held = await channel.ReceiveAsync<LedgerHeld>(cancellationToken);
            if (held.Sequence > 0 && !continues(new LedgerHead(held.Sequence, held.Hash)))
            {
                throw new StorageException(
                    $"The {name} of '{self}' is an older copy: '{peer}' was shown {held.Sequence} record(s), and here {(held.Sequence > head.Sequence ? $"are {head.Sequence}" : "stands another")}. "
                    + $"Budgets that were spent would be spent again, so the run cannot go on: restore the newest '{fileName}'.");
            }
        }
    }
}
