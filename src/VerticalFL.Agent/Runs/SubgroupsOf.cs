using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Data;
using VerticalFL.Training.Metrics;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Judges the model on each group of test patients.</summary>
internal static class SubgroupsOf
{
    /// <param name="column">The column that makes the groups.</param>
    /// <param name="cohort">The table's row of each row of the cohort.</param>
    /// <param name="metrics">The task's metrics.</param>
    /// <param name="model">The model of all parties.</param>
    /// <param name="task">The task's word.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="resamples">How many resamples an interval rests on; 0 for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null without test rows.</returns>
    public static SubgroupsReport? Run(
        Column column, IReadOnlyList<int> cohort, MetricsOf metrics, TrainingOutcome model, string task, int seed, int resamples, CancellationToken cancellationToken)
    {
        if (metrics.Judge(model, RowPart.Test) is not { } judged)
        {
            return null;
        }

        MetricKind kind = MetricKind.HeadlineOf(task);
        int[] rows = [.. model.PredictionsOf(RowPart.Test).Rows.Select(r => cohort[r])];
        var groups = new List<SubgroupReport>();
        foreach ((string name, int[] members) in PatientGroups.Of(column, rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            JudgedRows group = judged.Take(members);
            bool binary = task == "binary";
            groups.Add(new SubgroupReport
            {
                Name = name,
                Patients = members.Length,
                Positives = binary ? group.Outcomes.Count(o => o == 1) : null,
                Value = kind.Read(metrics.Measure(group)),
                Interval = Interval(group, kind, metrics, seed, resamples),
                Sensitivity = binary ? Share(group, of: 1) : null,
                Specificity = binary ? Share(group, of: 0) : null,
            });
        }

        return new SubgroupsReport { Column = column.Name, Metric = kind.Key, Groups = groups };
    }

    private static IntervalReport? Interval(JudgedRows group, MetricKind kind, MetricsOf metrics, int seed, int resamples)
    {
        var values = new List<double>();
        var rows = new int[group.Count];
        for (int i = 0; i < resamples; i++)
        {
            Bootstrap.Draw(seed, i, rows);
            if (kind.Read(metrics.Measure(group.Take(rows))) is { } value)
            {
                values.Add(value);
            }
        }

        return Bootstrap.Interval(values, resamples) is { } ends ? new IntervalReport(ends.Low, ends.High) : null;
    }

    // The share of the patients of a class whose class is predicted.
    private static double? Share(JudgedRows group, int of)
    {
        int[] members = [.. Enumerable.Range(0, group.Count).Where(i => group.Outcomes[i] == of)];
        return members.Length == 0 ? null : members.Count(i => (group.Predictions[i] >= 0.5f ? 1 : 0) == of) / (double)members.Length;
    }
}
