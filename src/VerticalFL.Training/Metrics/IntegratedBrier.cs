// The integrated Brier score of predicted survival, with censored rows weighted back in.
// What:       S(t|x) = exp(-H(t) e^r), H Breslow's cumulative hazard of the training rows with risks r. A row with time T scores at t:
//             (1 - S(t|x))^2 / G(t) while t < T; S(t|x)^2 / G(T-) from T on if T is an event; else 0. G is the Kaplan-Meier estimate of staying
//             uncensored, on the training rows; at equal times events come before censorings. The score is the mean over rows of the mean over
//             t in [0, tau), tau the last event among the training rows. S and G are steps, so the integral is exact.
// Reference:  Graf et al. 1999, "Assessment and comparison of prognostic classification schemes for survival data"; Breslow 1974,
//             "Covariance analysis of censored survival data".
namespace VerticalFL.Training.Metrics;

/// <summary>How far predicted survival is from what happened, over the whole follow-up: 0 is perfect, 0.25 is what saying one half throughout scores.</summary>
public sealed class IntegratedBrier
{
    // Interval k is [starts[k], starts[k + 1]); on it the logarithm of the cumulative hazard is logHazards[k] and the share uncensored is uncensored[k].
    private readonly double[] starts;
    private readonly double[] logHazards;
    private readonly double[] uncensored;

    private IntegratedBrier(double[] starts, double[] logHazards, double[] uncensored) =>
        (this.starts, this.logHazards, this.uncensored) = (starts, logHazards, uncensored);

    /// <summary>Learns baseline hazard and censoring from the training rows; null when none of them has an event after time 0.</summary>
    /// <param name="risks">Log risks, finite.</param>
    /// <param name="times">Follow-up times, at least 0.</param>
    /// <param name="events">Whether the follow-up ended in the event.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static IntegratedBrier? Fit(ReadOnlySpan<float> risks, ReadOnlySpan<float> times, ReadOnlySpan<bool> events)
    {
        Lengths.MustBeEqual(risks.Length, times.Length);
        Lengths.MustBeEqual(risks.Length, events.Length);
        float[] sorted = times.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        var logAtRisk = new double[sorted.Length + 1];
        logAtRisk[^1] = double.NegativeInfinity;
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            logAtRisk[i] = LogAdd(logAtRisk[i + 1], risks[order[i]]);
        }

        var steps = new List<(double Start, double LogHazard, double Uncensored)> { (0, double.NegativeInfinity, 1) };
        (double logHazard, double share) = (double.NegativeInfinity, 1);
        int last = 0;
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            int deaths = 0;
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                deaths += events[order[end]] ? 1 : 0;
            }

            int censored = end - start - deaths;
            logHazard = deaths == 0 ? logHazard : LogAdd(logHazard, Math.Log(deaths) - logAtRisk[start]);
            share *= censored == 0 ? 1 : 1 - ((double)censored / (sorted.Length - start - deaths));
            last = deaths > 0 ? steps.Count : last;
            steps.Add((sorted[start], logHazard, share));
            start = end;
        }

        // What comes after the last event is not scored: its step is kept for where it starts.
        return last == 0 || steps[last].Start <= 0
            ? null
            : new IntegratedBrier(
                [.. steps.Take(last + 1).Select(s => s.Start)],
                [.. steps.Take(last).Select(s => s.LogHazard)],
                [.. steps.Take(last).Select(s => s.Uncensored)]);
    }

    /// <summary>Each row's score; their mean is the rows' integrated Brier score.</summary>
    /// <inheritdoc cref="Fit"/>
    public double[] Scores(ReadOnlySpan<float> risks, ReadOnlySpan<float> times, ReadOnlySpan<bool> events)
    {
        Lengths.MustBeEqual(risks.Length, times.Length);
        Lengths.MustBeEqual(risks.Length, events.Length);
        var scores = new double[risks.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = Score(risks[i], times[i], events[i]);
        }

        return scores;
    }

    private double Score(double risk, double time, bool ended)
    {
        double sum = 0;
        double weight = 1;
        for (int k = 0; k < logHazards.Length; k++)
        {
            double survival = Math.Exp(-Math.Exp(logHazards[k] + risk));
            double before = Math.Clamp(time, starts[k], starts[k + 1]) - starts[k];
            if (before > 0)
            {
                sum += before * (1 - survival) * (1 - survival) / uncensored[k];
                weight = uncensored[k];
            }

            double after = starts[k + 1] - starts[k] - before;
            if (ended && after > 0)
            {
                sum += after * survival * survival / weight;
            }
        }

        return sum / starts[^1];
    }

    /// <summary>log(e^a + e^b), for risks of any range.</summary>
    private static double LogAdd(double a, double b)
    {
        (double low, double high) = a < b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(low) ? high : high + Math.Log(1 + Math.Exp(low - high));
    }
}
