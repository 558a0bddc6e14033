using System.Globalization;
using VerticalFL.Governance.Audit;
using VerticalFL.Messages;

namespace VerticalFL.Agent.Runs;

/// <summary>Writes into the audit log what class of message left for whom: counts and bytes since the last time, never content.</summary>
internal sealed class MessageAudit(AuditLog audit, ActiveRun run, MessageLedger ledger)
{
    private readonly Dictionary<(PartyId, MessageType), (long Count, long Bytes)> _written = [];

    public void Append()
    {
        foreach ((PartyId peer, MessageType type, bool sent, long count, long bytes) in ledger.Rows())
        {
            (long writtenCount, long writtenBytes) = _written.GetValueOrDefault((peer, type));
            if (!sent || count == writtenCount)
            {
                continue;
            }

            audit.Append(AuditKind.MessagesSent, run.Document.Id, run.Id, run.Attempt, new()
            {
                ["peer"] = peer.Value,
                ["class"] = type.ToString(),
                ["count"] = (count - writtenCount).ToString(CultureInfo.InvariantCulture),
                ["bytes"] = (bytes - writtenBytes).ToString(CultureInfo.InvariantCulture),
            });
            _written[(peer, type)] = (count, bytes);
        }
    }
}
