using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Metrics;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Judges the model with every subset of the parties that may be absent.</summary>
internal static class ContributionsOf
{
    /// <summary>With more subsets than these there are no intervals: each takes as long as all figures of one subset.</summary>
    private const int MostWithIntervals = 16;

    /// <param name="study">The study.</param>
    /// <param name="task">The task's word.</param>
    /// <param name="metrics">The task's metrics.</param>
    /// <param name="model">The model of all parties, with its subsets.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where the study lets nobody be absent.</returns>
    public static ContributionsReport? Run(Study study, string task, MetricsOf metrics, TrainingOutcome model, CancellationToken cancellationToken)
    {
        if (model.Subsets.Count == 0)
        {
            return null;
        }

        JudgedRows[] judged = [.. model.Subsets.Select(s => metrics.Judge(s.Test))];
        double?[] worth = [.. judged.Select(metrics.Headline)];
        int resamples = judged.Length > MostWithIntervals ? 0 : study.Evaluation.Bootstrap;
        double?[][] drawn = Draw(judged, metrics, study.Seed, resamples, cancellationToken);
        double[][] drawnValues = [.. drawn.Where(AllDefined).Select(d => ShapleyValue.Of([.. d.Select(v => v!.Value)]))];
        return new ContributionsReport
        {
            Metric = MetricKind.HeadlineOf(task).Key,
            PartyDropout = study.Training.PartyDropout,
            Subsets =
            [
                .. model.Subsets.Select((s, k) => new SubsetReport
                {
                    Present = [.. s.Present.Select(p => p.Value)],
                    Test = metrics.Measure(judged[k]),
                    Interval = Interval([.. drawn.Select(d => d[k]).OfType<double>()], resamples),
                }),
            ],
            Contributions = !AllDefined(worth) ? null :
            [
                .. ShapleyValue.Of([.. worth.Select(v => v!.Value)]).Select((value, i) => new ContributionReport
                {
                    Parties = [.. study.Evaluation.Contributions[i].Select(p => p.Value)],
                    Value = value,
                    Interval = Interval([.. drawnValues.Select(d => d[i])], resamples),
                }),
            ],
            Exposed = [.. study.FeatureParties.Where(p => Differencing.FewestTogether(study.FeatureParties, PartySubsets.Of(study), p) == 1).Select(p => p.Value)],
        };
    }

    private static double?[][] Draw(JudgedRows[] judged, MetricsOf metrics, int seed, int resamples, CancellationToken cancellationToken)
    {
        var drawn = new double?[resamples][];
        var rows = new int[judged[0].Count];
        for (int i = 0; i < resamples; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Bootstrap.Draw(seed, i, rows);
            drawn[i] = [.. judged.Select(j => metrics.Headline(j.Take(rows)))];
        }

        return drawn;
    }

    private static bool AllDefined(double?[] values) => values.All(v => v is not null);

    private static IntervalReport? Interval(double[] values, int resamples) =>
        Bootstrap.Interval(values, resamples) is { } ends ? new IntervalReport(ends.Low, ends.High) : null;
}
