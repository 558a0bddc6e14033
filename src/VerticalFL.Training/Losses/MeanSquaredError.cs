using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Losses;

/// <summary>(x - y)^2; gradient 2 (x - y) / rows. The caller standardises y on training rows.</summary>
internal sealed unsafe class MeanSquaredError(KernelSet kernels) : ILoss
{
    private readonly AlignedBuffer differences = new();
    private readonly AlignedBuffer squares = new();

    public LossKind Kind => LossKind.MeanSquaredError;

    public int Outputs => 1;

    public double Evaluate(ReadOnlySpan<float> outputs, BatchTargets targets, Span<float> gradient)
    {
        int rows = Loss.CheckLengths(outputs, Outputs, targets, gradient, events: false);
        differences.EnsureCapacity(rows);
        squares.EnsureCapacity(rows);
        fixed (float* x = outputs, y = targets.Values, g = gradient)
        {
            kernels.Map2(default(DifferenceMap), x, y, differences.Pointer, rows);
            kernels.Map2(default(ProductMap), differences.Pointer, differences.Pointer, squares.Pointer, rows);
            if (!gradient.IsEmpty)
            {
                kernels.Map(new ScaleMap(2f / targets.BatchRows), differences.Pointer, g, rows);
            }
        }

        return LaneSum.Of(squares.Span(rows)) / targets.BatchRows;
    }

    public void Predict(ReadOnlySpan<float> outputs, Span<float> predictions)
    {
        Loss.CheckPredictions(outputs, Outputs, predictions);
        outputs.CopyTo(predictions);
    }
}
