namespace VerticalFL.Training.Engines;

/// <summary>
/// Threads that stand ready to share one piece of work after another; none beside the caller's when there is one. A run allocates nothing. Work
/// must not throw. Not for two callers at once.
/// </summary>
internal sealed class WorkTeam : IDisposable
{
    private readonly Barrier meeting;
    private ITeamWork? work;
    private bool begun;

    /// <summary>Makes a team; its threads begin with its first work.</summary>
    /// <param name="threads">Threads, the caller's included; at least 1.</param>
    public WorkTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        meeting = new Barrier(threads);
    }

    /// <summary>Threads, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Runs every part and returns when all are done.</summary>
    public void Run(ITeamWork shared)
    {
        if (!begun)
        {
            Begin();
        }

        work = shared;
        meeting.SignalAndWait();
        shared.Run(0, Threads);
        meeting.SignalAndWait();
    }

    /// <summary>Ends the threads; the next work would begin new ones.</summary>
    public void Dispose()
    {
        if (begun)
        {
            begun = false;
            work = null;
            meeting.SignalAndWait();
        }
    }

    private void Begin()
    {
        begun = true;
        for (int part = 1; part < Threads; part++)
        {
            int own = part;
            new Thread(() => Serve(own)) { IsBackground = true, Name = $"engine {part}" }.Start();
        }
    }

    private void Serve(int part)
    {
        for (meeting.SignalAndWait(); work is { } shared; meeting.SignalAndWait())
        {
            shared.Run(part, Threads);
            meeting.SignalAndWait();
        }
    }
}
