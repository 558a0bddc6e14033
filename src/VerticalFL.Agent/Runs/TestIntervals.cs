using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Training.Metrics;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Draws the test patients again and again, and sees how far each figure moves.</summary>
internal static class TestIntervals
{
    /// <returns>Null without resamples or test rows.</returns>
    public static IntervalsReport? Of(
        MetricsOf metrics, TrainingOutcome model, TrainingOutcome? alone, int seed, int resamples, CancellationToken cancellationToken)
    {
        if (resamples == 0 || metrics.Judge(model, RowPart.Test) is not { } joint)
        {
            return null;
        }

        JudgedRows? single = alone is null ? null : metrics.Judge(alone, RowPart.Test);
        var ofJoint = new Values();
        var ofSingle = new Values();
        var ofDifference = new Values();
        var rows = new int[joint.Count];
        for (int i = 0; i < resamples; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Bootstrap.Draw(seed, i, rows);
            MetricValues together = metrics.Measure(joint.Take(rows));
            MetricValues? apart = single is null ? null : metrics.Measure(single.Take(rows));
            foreach (MetricKind kind in MetricKind.All)
            {
                double? a = kind.Read(together);
                double? b = apart is null ? null : kind.Read(apart);
                ofJoint.Add(kind, a);
                ofSingle.Add(kind, b);
                ofDifference.Add(kind, a - b);
            }
        }

        return new IntervalsReport
        {
            Level = Bootstrap.Level,
            Resamples = resamples,
            Test = ofJoint.Intervals(resamples),
            LabelPartyAlone = single is null ? null : ofSingle.Intervals(resamples),
            Difference = single is null ? null : ofDifference.Intervals(resamples),
        };
    }

    /// <summary>The same of one model's judged rows; null without resamples.</summary>
    public static IReadOnlyDictionary<string, IntervalReport>? Of(MetricsOf metrics, JudgedRows judged, int seed, int resamples, CancellationToken cancellationToken)
    {
        if (resamples == 0)
        {
            return null;
        }

        var values = new Values();
        var rows = new int[judged.Count];
        for (int i = 0; i < resamples; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Bootstrap.Draw(seed, i, rows);
            MetricValues drawn = metrics.Measure(judged.Take(rows));
            foreach (MetricKind kind in MetricKind.All)
            {
                values.Add(kind, kind.Read(drawn));
            }
        }

        return values.Intervals(resamples);
    }

    private sealed class Values
    {
        private readonly Dictionary<string, List<double>> _values = MetricKind.All.ToDictionary(k => k.Key, _ => new List<double>());

        public void Add(MetricKind kind, double? value)
        {
            if (value is { } defined)
            {
                _values[kind.Key].Add(defined);
            }
        }

        public IReadOnlyDictionary<string, IntervalReport> Intervals(int resamples)
        {
            var intervals = new Dictionary<string, IntervalReport>();
            foreach (MetricKind kind in MetricKind.All)
            {
                if (Bootstrap.Interval(_values[kind.Key], resamples) is { } ends)
                {
                    intervals.Add(kind.Key, new IntervalReport(ends.Low, ends.High));
                }
            }

            return intervals;
        }
    }
}
