// Harrell's concordance index.
// What:       over all comparable pairs the share in which the higher risk has the earlier event; tied risks count half. A pair is
//             comparable when the earlier time is an event, or when times are equal and exactly one of the two is an event (then the
//             event counts as earlier). Two events at the same time are not compared. Counted in integers, O(n log n).
// Reference:  Harrell et al. 1982, "Evaluating the yield of medical tests"; the tie rules are those of lifelines'
//             concordance_index.
namespace VerticalFL.Training.Metrics;

/// <summary>How well a risk score orders times to an event.</summary>
public static class ConcordanceIndex
{
    /// <summary>Harrell's C; null when no pair is comparable.</summary>
    /// <param name="risks">Finite numbers; larger means an earlier event.</param>
    /// <param name="times">Follow-up times.</param>
    /// <param name="events">Whether the follow-up ended in the event (otherwise it is censored).</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? Compute(ReadOnlySpan<float> risks, ReadOnlySpan<float> times, ReadOnlySpan<bool> events)
    {
        Lengths.MustBeEqual(risks.Length, times.Length);
        Lengths.MustBeEqual(risks.Length, events.Length);
        int n = risks.Length;
        var descendingTimes = new float[n];
        var order = new int[n];
        for (int i = 0; i < n; i++)
        {
            descendingTimes[i] = -times[i];
            order[i] = i;
        }

        Array.Sort(descendingTimes, order);
        int[] rank = DenseRanks(risks, out int ranks);

        // The tree counts, per rank of risk, the rows that stay event-free longer than the group of equal times at hand.
        var longer = new CountTree(ranks);
        long pairs = 0;
        long twiceRight = 0;
        for (int start = 0; start < n;)
        {
            int end = start;
            for (; end < n && times[order[end]] == times[order[start]]; end++)
            {
                if (!events[order[end]])
                {
                    longer.Add(rank[order[end]]);
                }
            }

            for (int i = start; i < end; i++)
            {
                if (events[order[i]])
                {
                    int r = rank[order[i]];
                    long lower = longer.CountBelow(r);
                    pairs += longer.Total;
                    twiceRight += lower + longer.CountBelow(r + 1);
                }
            }

            for (int i = start; i < end; i++)
            {
                if (events[order[i]])
                {
                    longer.Add(rank[order[i]]);
                }
            }

            start = end;
        }

        return pairs == 0 ? null : twiceRight / (2.0 * pairs);
    }

    private static int[] DenseRanks(ReadOnlySpan<float> risks, out int ranks)
    {
        float[] sorted = risks.ToArray();
        var order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        var rank = new int[sorted.Length];
        ranks = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            ranks += i == 0 || sorted[i] != sorted[i - 1] ? 1 : 0;
            rank[order[i]] = ranks - 1;
        }

        return rank;
    }

    // Fenwick 1994, "A new data structure for cumulative frequency tables".
    private sealed class CountTree(int size)
    {
        private readonly long[] _sums = new long[size + 1];

        public long Total { get; private set; }

        public void Add(int index)
        {
            Total++;
            for (int i = index + 1; i < _sums.Length; i += i & -i)
            {
                _sums[i]++;
            }
        }

        public long CountBelow(int index)
        {
            long sum = 0;
            for (int i = index; i > 0; i -= i & -i)
            {
                sum += _sums[i];
            }

            return sum;
        }
    }
}
