using Microsoft.AspNetCore.Connections;
using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>
/// Two parties on their way to one splice: both have to ask, then both to come with their tickets. Guarded by <see cref="TicketOffice"/>
/// until granted; afterwards each side touches its own seat only.
/// </summary>
internal sealed class Rendezvous(SpliceKey key)
{
    private readonly CancellationTokenSource _over = new();
    private readonly TaskCompletionSource<ConnectionContext>[] _seats = [NewSeat<ConnectionContext>(), NewSeat<ConnectionContext>()];
    private readonly TaskCompletionSource<bool>[] _ready = [NewSeat<bool>(), NewSeat<bool>()];
    private readonly long[] _bytes = new long[2];
    private int _left = 2;

    public SpliceKey Key { get; } = key;

    /// <summary>Who has asked: by side, 0 the lower party.</summary>
    public Pending?[] Asked { get; } = new Pending?[2];

    /// <summary>When the tickets were granted, as a timestamp; 0 before.</summary>
    public long GrantedAt { get; set; }

    /// <summary>When the last bytes passed, as a timestamp.</summary>
    public long LastTraffic { get; set; }

    /// <summary>Whether both have come.</summary>
    public bool IsSpliced => _seats[0].Task.IsCompletedSuccessfully && _seats[1].Task.IsCompletedSuccessfully;

    /// <summary>Whether it has failed or ended.</summary>
    public CancellationToken Over => _over.Token;

    public long BytesFrom(int side) => Interlocked.Read(ref _bytes[side]);

    public void Count(int side, long bytes, long now)
    {
        Interlocked.Add(ref _bytes[side], bytes);
        LastTraffic = now;
    }

    /// <summary>Takes a seat and waits for the other side.</summary>
    /// <returns>The other side's connection.</returns>
    public Task<ConnectionContext> ArriveAsync(int side, ConnectionContext connection, CancellationToken cancellationToken)
    {
        _seats[side].SetResult(connection);
        return _seats[1 - side].Task.WaitAsync(cancellationToken);
    }

    /// <summary>Says that this side has got its answer, and waits until the other has: only then may the peer's bytes follow.</summary>
    public Task BeginAsync(int side, CancellationToken cancellationToken)
    {
        _ready[side].SetResult(true);
        return _ready[1 - side].Task.WaitAsync(cancellationToken);
    }

    /// <summary>A side is through; true for the last one.</summary>
    public bool Leave() => Interlocked.Decrement(ref _left) == 0;

    /// <summary>Ends it: whoever waits or copies stops.</summary>
    public void End() => _over.Cancel();

    private static TaskCompletionSource<T> NewSeat<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An open request.</summary>
    public sealed record Pending(AgentSession Session, TicketRequest Request, long Since);
}
