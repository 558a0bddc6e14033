using System.Diagnostics;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>Two ends of one connection, and how fast they are.</summary>
internal sealed class MeasuredPair(IMeasuredEnd here, IMeasuredEnd there) : IAsyncDisposable
{
    /// <summary>Sends one way only.</summary>
    /// <returns>Seconds from the first message's sending to the last one's arrival.</returns>
    public async Task<double> StreamAsync(int messages, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        Task sending = Task.Run(
            async () =>
            {
                for (int i = 0; i < messages; i++)
                {
                    await here.SendAsync(cancellationToken);
                }
            },
            cancellationToken);
        for (int i = 0; i < messages; i++)
        {
            await there.ReceiveAsync(cancellationToken);
        }

        await sending;
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Sends there and back, again and again.</summary>
    /// <returns>Seconds of each round trip.</returns>
    public async Task<double[]> BounceAsync(int trips, CancellationToken cancellationToken)
    {
        Task answering = Task.Run(
            async () =>
            {
                for (int i = 0; i < trips; i++)
                {
                    await there.ReceiveAsync(cancellationToken);
                    await there.SendAsync(cancellationToken);
                }
            },
            cancellationToken);
        var seconds = new double[trips];
        for (int i = 0; i < trips; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await here.SendAsync(cancellationToken);
            await here.ReceiveAsync(cancellationToken);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        await answering;
        return seconds;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(here.DisposeAsync().AsTask(), there.DisposeAsync().AsTask());
}
