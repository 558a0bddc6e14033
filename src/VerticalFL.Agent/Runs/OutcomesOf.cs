using VerticalFL.Agent.Reports;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Metrics;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Counts outcomes in each part of the cohort, as whoever judges a model asks first: how many patients, and how many events.</summary>
internal static class OutcomesOf
{
    public static IReadOnlyDictionary<string, OutcomeReport> Parts(Targets targets, RowAssignment rows) =>
        new (string Name, IReadOnlyList<int> Rows)[] { ("train", rows.TrainingRows), ("validation", rows.ValidationRows), ("test", rows.TestRows) }
            .Where(p => p.Rows.Count > 0)
            .ToDictionary(p => p.Name, p => Of(targets, p.Rows));

    public static OutcomeReport Of(Targets targets, IReadOnlyList<int> rows)
    {
        var report = new OutcomeReport { Patients = rows.Count };
        return targets.Kind switch
        {
            OutcomeKind.Binary => report with { Events = rows.Count(r => targets.Values[r] == 1) },
            OutcomeKind.Multiclass => report with
            {
                Classes = targets.Classes.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => rows.Count(r => targets.Values[r] == c.index)),
            },
            OutcomeKind.Survival => report with
            {
                Events = rows.Count(r => targets.Events![r]),
                MedianFollowUp = MedianFollowUp([.. rows.Select(r => targets.Values[r])], [.. rows.Select(r => !targets.Events![r])]),
            },
            _ => Number(report, [.. rows.Select(r => (double)targets.Values[r])]),
        };
    }

    // Schemper and Smith 1996: the event ends the follow-up, so it is the event that censors it.
    private static double? MedianFollowUp(float[] times, bool[] censored)
    {
        foreach (SurvivalPoint point in KaplanMeier.Curve(times, censored))
        {
            if (point.Survival <= 0.5)
            {
                return point.Time;
            }
        }

        return null;
    }

    private static OutcomeReport Number(OutcomeReport report, double[] values)
    {
        double mean = values.Average();
        return report with
        {
            Mean = mean,
            StandardDeviation = values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)) : null,
        };
    }
}
