using VerticalFL.Governance.Audit;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// The heads that one peer sends during an attempt: each is checked and kept as it comes. All parties send at the same points of the run, so a
/// peer is at most one head ahead; and its log only grows.
/// </summary>
internal sealed class PeerHeads
{
    private const string Step = "audit head";
    private readonly AuditLog _audit;
    private readonly ActiveRun _run;
    private readonly Channel _channel;
    private readonly Func<int> _sentByThisSide;
    private readonly SemaphoreSlim _news = new(0);
    private readonly Lock _lock = new();
    private AuditHead? _last;
    private AuditHead? _unwritten;
    private volatile Exception? _failure;
    private int _came;

    public PeerHeads(AuditLog audit, ActiveRun run, Channel channel, Func<int> sentByThisSide, CancellationToken stop)
    {
        _audit = audit;
        _run = run;
        _channel = channel;
        _sentByThisSide = sentByThisSide;
        Reading = ReadAsync(stop);
    }

    /// <summary>Ends when no more is read; never fails.</summary>
    public Task Reading { get; }

    /// <exception cref="PeerProtocolException">A head was refused.</exception>
    public void ThrowIfRefused()
    {
        if (_failure is PeerProtocolException refused)
        {
            throw refused;
        }
    }

    /// <summary>Waits until so many heads have come and the newest is on disk.</summary>
    public async Task KeptAsync(int heads, CancellationToken cancellationToken)
    {
        while (!HaveCome(heads))
        {
            await _news.WaitAsync(cancellationToken);
        }

        lock (_lock)
        {
            if (_unwritten is { } head)
            {
                Append(head);
                _unwritten = null;
            }
        }
    }

    private bool HaveCome(int heads)
    {
        lock (_lock)
        {
            return _came >= heads || (_failure is { } failure ? throw failure : false);
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Take(await _channel.ReceiveApartAsync<AuditHead>(stop));
                _news.Release();
            }
        }
        catch (Exception e)
        {
            // Whoever waits for a head, now or at the next point, is told.
            _failure = e;
            _news.Release();
        }
    }

    private void Take(AuditHead head)
    {
        lock (_lock)
        {
            string? problem = _came > _sentByThisSide() ? "it sends more heads than the run has points for them."
                : _last is { } last && head.Sequence < last.Sequence ? $"its log had {last.Sequence} records and now has {head.Sequence}: it was cut."
                : _last is { } same && head.Sequence == same.Sequence && !head.Hash.Span.SequenceEqual(same.Hash.Span) ? $"its record {head.Sequence} is another than before: it was rewritten."
                : null;
            if (problem is not null)
            {
                throw new PeerProtocolException(_channel.Peer, Step, problem);
            }

            try
            {
                Append(head);
                _unwritten = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk costs the checkpoint and not the run. The next head covers what this one does; at the end it must be written.
                _unwritten = head;
            }

            (_last, _came) = (head, _came + 1);
        }
    }

    private void Append(AuditHead head) => _audit.AppendPeerHead(head, _channel.Peer, _run.Document.Id, _run.Id, _run.Attempt);
}
