using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Losses;

/// <summary>
/// weight[y] (log sum_c e^(x_c - m) - (x_y - m)) for logits x, their maximum m and a class y; gradient weight[y] (softmax(x)_c - [c = y]) / rows.
/// Sums over classes run in ascending order.
/// </summary>
internal sealed unsafe class SoftmaxCrossEntropy : ILoss
{
    private readonly float[] weights;
    private readonly KernelSet kernels;
    private readonly AlignedBuffer shifted = new();
    private readonly AlignedBuffer powers = new();
    private readonly AlignedBuffer sums = new();
    private readonly AlignedBuffer terms = new();

    public SoftmaxCrossEntropy(int classes, ReadOnlySpan<float> classWeights, KernelSet kernels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        weights = Loss.Weights(classWeights, classes);
        this.kernels = kernels;
        Outputs = classes;
    }

    public LossKind Kind => LossKind.SoftmaxCrossEntropy;

    public int Outputs { get; }

    public double Evaluate(ReadOnlySpan<float> outputs, BatchTargets targets, Span<float> gradient)
    {
        int rows = Loss.CheckLengths(outputs, Outputs, targets, gradient, events: false);
        Exponentiate(outputs, rows);
        terms.EnsureCapacity(rows);
        kernels.Map(default(LogMap), sums.Pointer, terms.Pointer, rows);
        Span<float> t = terms.Span(rows);
        float share = 1f / targets.BatchRows;
        for (int i = 0; i < rows; i++)
        {
            int y = ClassWeighting.ClassNumber(targets.Values[i], Outputs);
            int at = i * Outputs;
            t[i] = weights[y] * (t[i] - shifted.Pointer[at + y]);
            if (gradient.IsEmpty)
            {
                continue;
            }

            float scale = weights[y] * share;
            for (int c = 0; c < Outputs; c++)
            {
                float probability = powers.Pointer[at + c] / sums.Pointer[i];
                gradient[at + c] = scale * (c == y ? probability - 1f : probability);
            }
        }

        return LaneSum.Of(t) / targets.BatchRows;
    }

    public void Predict(ReadOnlySpan<float> outputs, Span<float> predictions)
    {
        Loss.CheckPredictions(outputs, Outputs, predictions);
        Exponentiate(outputs, outputs.Length / Outputs);
        for (int i = 0; i < outputs.Length; i++)
        {
            predictions[i] = powers.Pointer[i] / sums.Pointer[i / Outputs];
        }
    }

    private void Exponentiate(ReadOnlySpan<float> outputs, int rows)
    {
        shifted.EnsureCapacity(outputs.Length);
        powers.EnsureCapacity(outputs.Length);
        sums.EnsureCapacity(rows);
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<float> row = outputs.Slice(i * Outputs, Outputs);
            float largest = row[0];
            for (int c = 1; c < row.Length; c++)
            {
                largest = row[c] > largest ? row[c] : largest;
            }

            for (int c = 0; c < row.Length; c++)
            {
                shifted.Pointer[(i * Outputs) + c] = row[c] - largest;
            }
        }

        kernels.Map(default(ExpMap), shifted.Pointer, powers.Pointer, outputs.Length);
        for (int i = 0; i < rows; i++)
        {
            float sum = 0;
            for (int c = 0; c < Outputs; c++)
            {
                sum += powers.Pointer[(i * Outputs) + c];
            }

            sums.Pointer[i] = sum;
        }
    }
}
