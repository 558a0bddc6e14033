using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Losses;

/// <summary>
/// weight[y] (max(x, 0) - x y + log(1 + e^-|x|)) for a logit x and a label y of 0 or 1; gradient weight[y] (logistic(x) - y) / rows.
/// </summary>
internal sealed unsafe class BinaryCrossEntropy(ReadOnlySpan<float> classWeights, KernelSet kernels) : ILoss
{
    private readonly float[] weights = Loss.Weights(classWeights, 2);
    private readonly AlignedBuffer terms = new();

    public LossKind Kind => LossKind.BinaryCrossEntropy;

    public int Outputs => 1;

    public double Evaluate(ReadOnlySpan<float> outputs, BatchTargets targets, Span<float> gradient)
    {
        int rows = Loss.CheckLengths(outputs, Outputs, targets, gradient, events: false);
        terms.EnsureCapacity(rows);
        Span<float> t = terms.Span(rows);
        fixed (float* x = outputs, y = targets.Values, g = gradient)
        {
            kernels.Map2(default(LogisticLossMap), x, y, terms.Pointer, rows);
            if (!gradient.IsEmpty)
            {
                kernels.Map2(default(LogisticErrorMap), x, y, g, rows);
            }
        }

        float share = 1f / targets.BatchRows;
        for (int i = 0; i < rows; i++)
        {
            float weight = weights[ClassWeighting.ClassNumber(targets.Values[i], 2)];
            t[i] *= weight;
            if (!gradient.IsEmpty)
            {
                gradient[i] *= weight * share;
            }
        }

        return LaneSum.Of(t) / targets.BatchRows;
    }

    public void Predict(ReadOnlySpan<float> outputs, Span<float> predictions)
    {
        Loss.CheckPredictions(outputs, Outputs, predictions);
        fixed (float* x = outputs, p = predictions)
        {
            kernels.Map(default(LogisticMap), x, p, outputs.Length);
        }
    }
}
