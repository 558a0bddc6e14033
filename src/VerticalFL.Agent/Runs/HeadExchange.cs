using System.Collections.Frozen;
using VerticalFL.Governance.Audit;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// The parties countersign each other's audit logs: each sends its head to every peer and keeps theirs, when the channels are open, at every
/// announced checkpoint and before the channels close. A log that is cut or rewritten later contradicts what its peers keep. Heads travel apart
/// from the conversation: at a checkpoint nobody waits for one.
/// </summary>
internal sealed class HeadExchange : IAsyncDisposable
{
    private readonly AuditLog _audit;
    private readonly IReadOnlyList<Channel> _channels;
    private readonly IReadOnlyList<PeerHeads> _peers;
    private readonly CancellationTokenSource _stop = new();
    private int _sent;

    public HeadExchange(AuditLog audit, ActiveRun run, RunChannels channels)
    {
        _audit = audit;
        _channels = [.. channels.All.OrderBy(c => c.Key).Select(c => c.Value)];
        _peers = [.. _channels.Select(c => new PeerHeads(audit, run, c, () => Volatile.Read(ref _sent), _stop.Token))];
    }

    /// <summary>What channels must be told to keep apart.</summary>
    public static IReadOnlySet<MessageType> Types { get; } = FrozenSet.Create(MessageType.AuditHead);

    /// <summary>At a checkpoint: sends this party's head, and does not wait for the peers'.</summary>
    /// <exception cref="PeerProtocolException">A peer's head that came meanwhile was refused.</exception>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        ThrowIfRefused();

        // Before the first leaves: a peer is ahead by one head at most.
        Interlocked.Increment(ref _sent);
        AuditHead own = _audit.Head();
        foreach (Channel channel in _channels)
        {
            await channel.SendAsync(own, cancellationToken);
        }
    }

    /// <summary>At the run's start and end: sends this party's head, and returns when the heads that every peer has sent by then are on disk.</summary>
    /// <exception cref="PeerProtocolException">A peer's head was refused.</exception>
    /// <exception cref="ChannelLostException">A peer is gone.</exception>
    /// <exception cref="IOException">The disk refused a head.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken);
        foreach (PeerHeads peer in _peers)
        {
            await peer.KeptAsync(_sent, cancellationToken);
        }
    }

    /// <exception cref="PeerProtocolException">A peer's head was refused.</exception>
    internal void ThrowIfRefused()
    {
        foreach (PeerHeads peer in _peers)
        {
            peer.ThrowIfRefused();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_peers.Select(p => p.Reading));
        _stop.Dispose();
    }
}
