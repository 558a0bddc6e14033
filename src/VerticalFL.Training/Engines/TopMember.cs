using VerticalFL.Messages.Studies;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Models;

namespace VerticalFL.Training.Engines;

/// <summary>One member's network behind its columns of the cut; of most models the only one.</summary>
internal sealed unsafe class TopMember : IDisposable
{
    private const int EvaluationRows = 512;

    private readonly int width;
    private readonly int columns;
    private readonly AlignedBuffer input = new();
    private readonly AlignedBuffer outputGradient = new();
    private float* batchOutput;

    /// <param name="settings">The top's layers; the cut is this member's.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="seed">The member's seed, 32 bytes.</param>
    /// <param name="context">What the layers compute with.</param>
    /// <exception cref="ArgumentException">A setting is not usable.</exception>
    public TopMember(ModelSettings settings, int outputs, OptimizerSettings optimizer, ReadOnlySpan<byte> seed, EngineContext context)
    {
        (width, columns) = (settings.Cut, outputs);
        Network = new Network("top", NetworkBuilder.Top(settings, outputs, seed, context), optimizer, inputGradientNeeded: true, context);
    }

    /// <summary>The layers and their weights.</summary>
    public Network Network { get; }

    /// <summary>Computes the outputs from every row's columns of this member, which begin at <paramref name="sum"/>'s first float.</summary>
    /// <param name="sum">The sum at the cut.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="step">The step.</param>
    /// <param name="training">Whether dropout acts.</param>
    /// <param name="outputs">Receives rows x outputs floats.</param>
    /// <param name="part">Where in the batch; null: all of it.</param>
    public void Forward(ReadOnlySpan<float> sum, int stride, int rows, long step, bool training, Span<float> outputs, BatchPart? part)
    {
        int most = training ? Math.Max(rows, 1) : EvaluationRows;
        for (int start = 0; start < rows; start += most)
        {
            int count = Math.Min(most, rows - start);
            BatchPart at = part ?? BatchPart.Whole(count);
            Network.RequirePart(count, step, training, at);
            input.EnsureCapacity(checked(at.BatchRows * width));
            float* x = input.Pointer + (at.First * width);
            Gather(sum[(start * stride)..], stride, new Span<float>(x, count * width));
            float* y = Network.Forward(x, count, step, training, at);
            batchOutput = y - (at.First * columns);
            new ReadOnlySpan<float>(y, count * columns).CopyTo(outputs[(start * columns)..]);
        }
    }

    /// <inheritdoc cref="Network.RequirePending"/>
    public void RequirePending(int rows) => Network.RequirePending(rows);

    /// <summary>The loss on this member's outputs, and its gradient with respect to this member's columns of the sum, rows x its width.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="targets">The targets of the same rows.</param>
    /// <param name="learned">The rows that this member learns from, ascending; default: all. The others have no part in the loss and gradient 0.</param>
    /// <param name="gradientOfSum">Receives the gradient.</param>
    /// <returns>The loss; null when the member learns from none of the rows.</returns>
    public double? BackwardFrom(ILoss loss, BatchTargets targets, int[]? learned, Span<float> gradientOfSum)
    {
        int rows = targets.Count;
        Network.RequirePending(rows);
        double? value = learned is null ? Evaluate(loss, targets, Network.RowsReturned) : EvaluateSome(loss, targets, learned);
        new ReadOnlySpan<float>(Network.Backward(outputGradient.Pointer, rows), rows * width).CopyTo(gradientOfSum);
        return value;
    }

    /// <summary>The same, and every row's part of the weights' gradients instead of them.</summary>
    public double MeasureFrom(ILoss loss, BatchTargets targets, Span<float> gradientOfSum, Span<double> squares)
    {
        int rows = targets.Count;
        double value = Evaluate(loss, targets, 0);
        new ReadOnlySpan<float>(Network.MeasureRows(outputGradient.Pointer, rows, squares), rows * width).CopyTo(gradientOfSum);
        return value;
    }

    /// <summary>Zeroes keys.</summary>
    public void Dispose() => Network.Dispose();

    private double Evaluate(ILoss loss, BatchTargets targets, int first)
    {
        int values = targets.Count * columns;
        outputGradient.EnsureCapacity(values);
        double value = loss.Evaluate(new ReadOnlySpan<float>(batchOutput + (first * columns), values), targets, outputGradient.Span(values));
        return double.IsFinite(value) ? value : throw Network.NonFinite("loss");
    }

    /// <summary>The loss as if the batch were these rows alone.</summary>
    private double? EvaluateSome(ILoss loss, BatchTargets targets, int[] learned)
    {
        int values = targets.Count * columns;
        outputGradient.EnsureCapacity(values);
        Span<float> gradient = outputGradient.Span(values);
        gradient.Clear();
        if (learned.Length == 0)
        {
            return null;
        }

        var outputs = new ReadOnlySpan<float>(batchOutput, values);
        var some = new float[learned.Length * columns];
        var back = new float[some.Length];
        var outcomes = new float[learned.Length];
        var events = new float[targets.Events.IsEmpty ? 0 : learned.Length];
        for (int i = 0; i < learned.Length; i++)
        {
            outputs.Slice(learned[i] * columns, columns).CopyTo(some.AsSpan(i * columns));
            outcomes[i] = targets.Values[learned[i]];
            if (events.Length > 0)
            {
                events[i] = targets.Events[learned[i]];
            }
        }

        double value = loss.Evaluate(some, new BatchTargets(outcomes, events), back);
        for (int i = 0; i < learned.Length; i++)
        {
            back.AsSpan(i * columns, columns).CopyTo(gradient[(learned[i] * columns)..]);
        }

        return double.IsFinite(value) ? value : throw Network.NonFinite("loss");
    }

    private void Gather(ReadOnlySpan<float> sum, int stride, Span<float> into)
    {
        if (stride == width)
        {
            sum[..into.Length].CopyTo(into);
            return;
        }

        for (int row = 0; row * width < into.Length; row++)
        {
            sum.Slice(row * stride, width).CopyTo(into[(row * width)..]);
        }
    }
}
