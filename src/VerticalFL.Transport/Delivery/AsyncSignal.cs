using System.Threading.Tasks.Sources;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// Wakes one waiter at a time; signals that come while nobody waits are remembered as one. Waiting allocates nothing, and cannot be
/// cancelled: who cancels sets the signal, and the waiter looks at its token.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private bool _isSet;
    private bool _isAwaited;

    /// <summary>Wakes the waiter, now or when it comes to wait.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_isAwaited)
            {
                _isSet = true;
                return;
            }

            _isAwaited = false;
        }

        _core.SetResult(true);
    }

    /// <summary>Waits for the next signal.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (_isAwaited)
            {
                throw new InvalidOperationException("Two callers wait at once where only one may: a channel has one reader.");
            }

            if (_isSet)
            {
                _isSet = false;
                return ValueTask.CompletedTask;
            }

            _core.Reset();
            _isAwaited = true;
            return new ValueTask(this, _core.Version);
        }
    }

    /// <summary>Sets the signal when the token is cancelled.</summary>
    public CancellationTokenRegistration SetWhenCancelled(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), this);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
