using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Losses;

/// <summary>
/// Cox's negative log partial likelihood (Cox 1972) with Breslow's ties, over the rows of a batch: the mean over rows of
/// event_i (log R(t_i) - x_i), where R(t) = sum of e^x_j over the rows with t_j at least t. The gradient of row k is
/// (e^x_k * sum of 1 / R(t_i) over the events with t_i at most t_k, minus event_k) / rows. A batch without events has loss and gradient 0.
/// Both sums run in double precision with a running maximum, so that every exponential is at most 1; order: descending time, then ascending row.
/// </summary>
internal sealed class CoxPartialLikelihood : ILoss
{
    private ulong[] order = [];
    private double[] logRisk = [];

    public LossKind Kind => LossKind.CoxPartialLikelihood;

    public int Outputs => 1;

    public double Evaluate(ReadOnlySpan<float> outputs, BatchTargets targets, Span<float> gradient)
    {
        int rows = Loss.CheckLengths(outputs, Outputs, targets, gradient, events: true);
        if (targets.BatchRows != rows)
        {
            throw new ArgumentException($"The loss ranks all {targets.BatchRows} rows of a batch; {rows} of them are not enough.", nameof(targets));
        }

        if (order.Length < rows)
        {
            order = new ulong[rows];
            logRisk = new double[rows];
        }

        Span<ulong> sorted = order.AsSpan(0, rows);
        for (int i = 0; i < rows; i++)
        {
            sorted[i] = SortKey(targets.Values[i], targets.Events[i], i);
        }

        sorted.Sort();
        double loss = SumRisks(outputs, targets, sorted);
        if (!gradient.IsEmpty)
        {
            FillGradient(outputs, targets, sorted, gradient);
        }

        return loss / rows;
    }

    public void Predict(ReadOnlySpan<float> outputs, Span<float> predictions)
    {
        Loss.CheckPredictions(outputs, Outputs, predictions);
        outputs.CopyTo(predictions);
    }

    private static int Row(ulong key) => (int)(uint)key;

    private static float Time(BatchTargets targets, ulong key) => targets.Values[Row(key)];

    /// <summary>Later times first, then lower rows: the bits of non-negative floats are ordered as the floats are.</summary>
    private static ulong SortKey(float time, float happened, int row)
    {
        if (!(float.IsFinite(time) && time >= 0))
        {
            throw new ArgumentException($"A follow-up time is finite and 0 or more; row {row} of the batch has {time}.");
        }

        if (happened is not (0f or 1f))
        {
            throw new ArgumentException($"An event mark is 0 or 1; row {row} of the batch has {happened}.");
        }

        // Adding 0 turns -0 into +0, whose sign bit would be in the way.
        uint bits = BitConverter.SingleToUInt32Bits(time + 0f);
        return ((ulong)(int.MaxValue - bits) << 32) | (uint)row;
    }

    /// <summary>Fills log R of every place in the order; returns the sum of the losses.</summary>
    private double SumRisks(ReadOnlySpan<float> outputs, BatchTargets targets, ReadOnlySpan<ulong> sorted)
    {
        double largest = double.NegativeInfinity;
        double sum = 0;
        double loss = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            float time = Time(targets, sorted[start]);
            for (end = start; end < sorted.Length && Time(targets, sorted[end]) == time; end++)
            {
                double x = outputs[Row(sorted[end])];
                if (x > largest)
                {
                    sum = (sum * Elementary.Exp((float)(largest - x))) + 1;
                    largest = x;
                }
                else
                {
                    sum += Elementary.Exp((float)(x - largest));
                }
            }

            double log = largest + Elementary.Log((float)sum);
            for (int i = start; i < end; i++)
            {
                logRisk[i] = log;
                int row = Row(sorted[i]);
                loss += targets.Events[row] == 1f ? log - outputs[row] : 0;
            }
        }

        return loss;
    }

    private void FillGradient(ReadOnlySpan<float> outputs, BatchTargets targets, ReadOnlySpan<ulong> sorted, Span<float> gradient)
    {
        double largest = double.NegativeInfinity;
        double sum = 0;
        for (int last = sorted.Length - 1, next; last >= 0; last = next)
        {
            float time = Time(targets, sorted[last]);
            int events = 0;
            for (next = last; next >= 0 && Time(targets, sorted[next]) == time; next--)
            {
                events += targets.Events[Row(sorted[next])] == 1f ? 1 : 0;
            }

            if (events > 0)
            {
                // Risk sets shrink as time goes on: -log R never falls, so that the newest term is the largest.
                double term = -logRisk[last];
                sum = (sum * Elementary.Exp((float)(largest - term))) + events;
                largest = term;
            }

            for (int i = last; i > next; i--)
            {
                int row = Row(sorted[i]);
                double expected = sum == 0 ? 0 : sum * Elementary.Exp((float)(outputs[row] + largest));
                gradient[row] = (float)((expected - targets.Events[row]) / sorted.Length);
            }
        }
    }
}
