using VerticalFL.Governance.Audit;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// The parties countersign each other's audit logs: each sends its head to every peer and keeps theirs, when the channels are open and
/// before they close. A log that is cut or rewritten later contradicts what its peers keep.
/// </summary>
internal sealed class HeadExchange(AuditLog audit, ActiveRun run, RunChannels channels)
{
    /// <exception cref="PeerProtocolException">A peer's head is not its own, or not signed by its key.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        AuditHead own = audit.Head();
        foreach (Channel channel in channels.All.Values)
        {
            await channel.SendAsync(own, cancellationToken);
        }

        foreach ((PartyId peer, Channel channel) in channels.All.OrderBy(c => c.Key))
        {
            audit.AppendPeerHead(await channel.ReceiveAsync<AuditHead>(cancellationToken), peer, run.Document.Id, run.Id, run.Attempt);
        }
    }
}
