using System.Diagnostics;
using VerticalFL.Alignment;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>Notes when one party came to each stage of one alignment.</summary>
/// <param name="party">The party.</param>
/// <param name="start">When the alignment began, a timestamp of <see cref="Stopwatch"/>.</param>
internal sealed class StageClock(string party, long start) : IProgress<AlignmentProgress>
{
    private readonly Lock _gate = new();
    private readonly List<(string Stage, long Since)> _stages = [("identifiers", start)];
    private AlignmentStep? _step;

    /// <summary>Notes a step when it begins; what is reported of it later changes nothing.</summary>
    public void Report(AlignmentProgress value)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            if (_step is null || value.Step > _step)
            {
                _step = value.Step;
                string name = value.Step.ToString();
                _stages.Add((char.ToLowerInvariant(name[0]) + name[1..], now));
            }
        }
    }

    /// <summary>How long the party was at each stage; the last one ends now.</summary>
    public IReadOnlyList<AlignmentStage> Stop()
    {
        lock (_gate)
        {
            long[] ends = [.. _stages.Skip(1).Select(s => s.Since), Stopwatch.GetTimestamp()];
            return [.. _stages.Select((s, i) => new AlignmentStage(
                party, s.Stage, Math.Round(Stopwatch.GetElapsedTime(s.Since, ends[i]).TotalSeconds, 4)))];
        }
    }
}
