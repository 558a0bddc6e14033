// Kaplan-Meier estimate of survival, whole or by groups of predicted risk.
// What:       S(t) = product over event times t_i <= t of (1 - d_i / n_i); rows censored at t_i are still at risk there.
// Reference:  Kaplan and Meier 1958, "Nonparametric estimation from incomplete observations".
namespace VerticalFL.Training.Metrics;

/// <summary>One step of a survival curve.</summary>
/// <param name="Time">The time, in the data's unit.</param>
/// <param name="Survival">The estimated share that is event-free beyond it.</param>
/// <param name="AtRisk">Rows under observation just before it.</param>
public readonly record struct SurvivalPoint(double Time, double Survival, int AtRisk);

/// <summary>The survival curve of one group.</summary>
/// <param name="Group">The group's number from 0; a higher number means a higher predicted risk.</param>
/// <param name="Rows">Rows in the group.</param>
/// <param name="Events">Events among them.</param>
/// <param name="Points">The curve: time 0, then every event time.</param>
/// <param name="Times">Each row's follow-up time, in no order.</param>
public sealed record SurvivalCurve(int Group, int Rows, int Events, IReadOnlyList<SurvivalPoint> Points, IReadOnlyList<float> Times);

/// <summary>Survival curves for the report.</summary>
public static class KaplanMeier
{
    /// <summary>The curve of all rows together.</summary>
    public static IReadOnlyList<SurvivalPoint> Curve(ReadOnlySpan<float> times, ReadOnlySpan<bool> events)
    {
        Lengths.MustBeEqual(times.Length, events.Length);
        float[] sorted = times.ToArray();
        bool[] ended = events.ToArray();
        Array.Sort(sorted, ended);
        var points = new List<SurvivalPoint> { new(0, 1, sorted.Length) };
        double survival = 1;
        for (int start = 0; start < sorted.Length;)
        {
            int deaths = 0;
            int end = start;
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                deaths += ended[end] ? 1 : 0;
            }

            if (deaths > 0)
            {
                int atRisk = sorted.Length - start;
                survival *= 1 - ((double)deaths / atRisk);
                points.Add(new(sorted[start], survival, atRisk));
            }

            start = end;
        }

        return points;
    }

    /// <summary>One curve per group of equal size by predicted risk, lowest risk first; rows of equal risk stay together.</summary>
    /// <param name="risks">Finite numbers; larger means an earlier event.</param>
    /// <param name="times">Follow-up times, as many.</param>
    /// <param name="events">Whether the follow-up ended in the event, as many.</param>
    /// <param name="groups">How many groups; default 3 (low, middle, high). Empty groups are left out.</param>
    public static IReadOnlyList<SurvivalCurve> ByRisk(
        ReadOnlySpan<float> risks, ReadOnlySpan<float> times, ReadOnlySpan<bool> events, int groups = 3)
    {
        Lengths.MustBeEqual(risks.Length, times.Length);
        Lengths.MustBeEqual(risks.Length, events.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        float[] sorted = risks.ToArray();
        Array.Sort(sorted);
        var groupTimes = new List<float>[groups];
        var groupEvents = new List<bool>[groups];
        for (int g = 0; g < groups; g++)
        {
            (groupTimes[g], groupEvents[g]) = ([], []);
        }

        for (int i = 0; i < sorted.Length; i++)
        {
            int below = FirstIndex(sorted, risks[i]);
            int group = (int)((long)below * groups / sorted.Length);
            groupTimes[group].Add(times[i]);
            groupEvents[group].Add(events[i]);
        }

        return [.. Enumerable.Range(0, groups).Where(g => groupTimes[g].Count > 0).Select(g => new SurvivalCurve(
            g, groupTimes[g].Count, groupEvents[g].Count(e => e), Curve([.. groupTimes[g]], [.. groupEvents[g]]), groupTimes[g]))];
    }

    private static int FirstIndex(float[] sorted, float value)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sorted[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
