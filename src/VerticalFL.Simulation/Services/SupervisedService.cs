namespace VerticalFL.Simulation.Services;

/// <summary>
/// A service that is started again when it ends unasked, as a service manager would: after a pause of 100 ms, which doubles while it ends
/// soon after each start, until it has been started again too often within a minute. A service that cannot be started the first time is not started again.
/// </summary>
internal sealed class SupervisedService : IService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Func<CancellationToken, Task<IService>> _start;
    private readonly int _restartsPerMinute;
    private readonly Action<string>? _note;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<long> _restarts = new();
    private long _started;
    private int _shortLives;
    private IService _current;

    private SupervisedService(
        IService first, Func<CancellationToken, Task<IService>> start, int restartsPerMinute, Action<string>? note, TimeProvider time)
    {
        _current = first;
        _start = start;
        _restartsPerMinute = restartsPerMinute;
        _note = note;
        _time = time;
        _started = time.GetTimestamp();
        Port = first.Port;
        Ended = SuperviseAsync();
    }

    public int Port { get; }

    /// <summary>Completes when the service was stopped, or is not started again any more.</summary>
    public Task<string> Ended { get; }

    /// <param name="start">Starts the service and waits until it is ready.</param>
    /// <param name="restartsPerMinute">After how many restarts within a minute the next end is final.</param>
    /// <param name="note">Is told each restart and its cause.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up the first start.</param>
    /// <exception cref="SimulationException">It did not become ready.</exception>
    public static async Task<SupervisedService> StartAsync(
        Func<CancellationToken, Task<IService>> start, int restartsPerMinute, Action<string>? note, TimeProvider time, CancellationToken cancellationToken) =>
        new(await start(cancellationToken), start, restartsPerMinute, note, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended;
        await _current.DisposeAsync();
        _stop.Dispose();
    }

    private async Task<string> SuperviseAsync()
    {
        await Task.Yield();
        string end = "";
        try
        {
            while (true)
            {
                end = await _current.Ended.WaitAsync(_stop.Token);
                if (await RestartAsync(end) is { } final)
                {
                    return final;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return end;
        }
    }

    /// <summary>Starts it again, as often as that takes.</summary>
    /// <returns>Why it is not started again any more; null when it is up.</returns>
    private async Task<string?> RestartAsync(string end)
    {
        while (true)
        {
            while (_restarts.TryPeek(out long oldest) && _time.GetElapsedTime(oldest) > Window)
            {
                _restarts.Dequeue();
            }

            if (_restarts.Count >= _restartsPerMinute)
            {
                return $"{end} It had been started again {_restartsPerMinute} times within a minute.";
            }

            _shortLives = _time.GetElapsedTime(_started) < Lasting ? _shortLives + 1 : 0;
            await Task.Delay(FirstPause * Math.Pow(2, Math.Min(_shortLives, 5)), _time, _stop.Token);
            _restarts.Enqueue(_time.GetTimestamp());
            _note?.Invoke($"{end} It is started again.");
            try
            {
                IService next = await _start(_stop.Token);
                await _current.DisposeAsync();
                _current = next;
                return null;
            }
            catch (Exception e) when (e is SimulationException or System.ComponentModel.Win32Exception or IOException)
            {
                end = e.Message;
            }
            finally
            {
                _started = _time.GetTimestamp();
            }
        }
    }
}
