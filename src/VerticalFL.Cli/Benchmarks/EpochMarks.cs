using System.Diagnostics;
using VerticalFL.Training.Split;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>Notes what the clocks say at the end of each of one party's epochs; the first epoch is for the just-in-time compiler and the caches.</summary>
internal sealed class EpochMarks(Func<long> bytesSent) : IProgress<TrainingProgress>
{
    private (long Time, TimeSpan Cpu, long Bytes, long Step)? _first;
    private (long Time, TimeSpan Cpu, long Bytes, long Step) _last;

    /// <summary>Bytes that this party has sent for each step after the first epoch.</summary>
    public double BytesPerStep => (double)(_last.Bytes - _first!.Value.Bytes) / Steps;

    /// <summary>What each step after the first epoch took.</summary>
    public TrainingTime Time => new(
        Math.Round(Stopwatch.GetElapsedTime(_first!.Value.Time, _last.Time).TotalMilliseconds / Steps, 4),
        Math.Round((_last.Cpu - _first!.Value.Cpu).TotalMilliseconds / Steps, 4));

    private long Steps => _last.Step - _first!.Value.Step;

    public void Report(TrainingProgress value)
    {
        _last = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, bytesSent(), value.Step);
        _first ??= _last;
    }
}
