using System.Diagnostics;

namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>
/// A network in user space: every host has a line up and a line down of so many bits a second, and between any two lies a delay. A delay line, not stop and
/// wait: as much is under way as fits.
/// </summary>
internal sealed class ShapedNetwork : IDisposable
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, ShapedHost> _hosts = [];
    private readonly PriorityQueue<TaskCompletionSource, TimeSpan> _waiting = new();
    private readonly double _bitsPerSecond;
    private volatile bool _disposed;

    public ShapedNetwork(double bitsPerSecond, TimeSpan oneWay)
    {
        (_bitsPerSecond, OneWay) = (bitsPerSecond, oneWay);
        new Thread(Tick) { IsBackground = true, Name = "network clock" }.Start();
    }

    public TimeSpan OneWay { get; }

    public TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    /// <summary>One host's end of a connection: what it writes goes up its own line and down the other host's.</summary>
    public Stream Connect(Stream socket, string from, string to) => new ShapedStream(socket, this, Host(from), Host(to));

    /// <summary>Waits for a moment, to a millisecond.</summary>
    public Task WaitUntilAsync(TimeSpan moment)
    {
        if (moment <= Now || _disposed)
        {
            return Task.CompletedTask;
        }

        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiting.Enqueue(reached, moment);
        }

        return reached.Task;
    }

    public void Dispose() => _disposed = true;

    // The runtime's own timers are as coarse as the kernel's tick, often 4 ms: too coarse for what is measured here.
    private void Tick()
    {
        while (!_disposed)
        {
            Thread.Sleep(1);
            lock (_waiting)
            {
                while (_waiting.TryPeek(out TaskCompletionSource? next, out TimeSpan moment) && moment <= Now)
                {
                    _waiting.Dequeue();
                    next.SetResult();
                }
            }
        }

        lock (_waiting)
        {
            while (_waiting.TryDequeue(out TaskCompletionSource? left, out _))
            {
                left.SetResult();
            }
        }
    }

    private ShapedHost Host(string name)
    {
        lock (_hosts)
        {
            if (!_hosts.TryGetValue(name, out ShapedHost? host))
            {
                _hosts.Add(name, host = new ShapedHost(this, _bitsPerSecond));
            }

            return host;
        }
    }
}
