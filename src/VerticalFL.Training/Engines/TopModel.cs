using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Models;

namespace VerticalFL.Training.Engines;

/// <summary>
/// The label party's part behind the cut: adds the bias of the cut to the sum of the projections, then nonlinearity, dropout, hidden layers and the
/// output layer. With the preset <c>linear</c> sum and bias are the output. Not for two threads at once.
/// </summary>
public sealed unsafe class TopModel : IDisposable
{
    private const int EvaluationRows = 512;

    private readonly Network network;
    private readonly AlignedBuffer input = new();
    private readonly AlignedBuffer outputGradient = new();
    private float* batchOutput;

    /// <summary>Makes the model with fresh weights.</summary>
    /// <param name="settings">The cut and the top's layers.</param>
    /// <param name="outputs">Columns of the output; the loss's.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="seed">The label party's secret seed, 32 bytes.</param>
    /// <exception cref="ArgumentException">A setting is not usable, or the loss has another number of outputs.</exception>
    public TopModel(ModelSettings settings, int outputs, ILoss loss, OptimizerSettings optimizer, ReadOnlySpan<byte> seed)
        : this(settings, outputs, loss, optimizer, seed, KernelSet.Best)
    {
    }

    internal TopModel(
        ModelSettings settings, int outputs, ILoss loss, OptimizerSettings optimizer, ReadOnlySpan<byte> seed, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (loss.Outputs != outputs)
        {
            throw new ArgumentException($"The loss has {loss.Outputs} outputs, the model {outputs}.", nameof(loss));
        }

        var context = new EngineContext(kernels);
        network = new Network("top", NetworkBuilder.Top(settings, outputs, seed, context), optimizer, inputGradientNeeded: true, context);
        CutWidth = settings.Cut;
        Outputs = outputs;
        Loss = loss;
    }

    /// <summary>The width of the cut.</summary>
    public int CutWidth { get; }

    /// <summary>Columns of the output.</summary>
    public int Outputs { get; }

    /// <summary>The loss.</summary>
    public ILoss Loss { get; }

    /// <summary>Computes the outputs (logits, the standardised number, or the log risk).</summary>
    /// <param name="sum">The decoded sum at the cut, rows x <see cref="CutWidth"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="step">The step, from 0; it keys the dropout.</param>
    /// <param name="training">Whether dropout acts and a <see cref="BackwardFrom"/> may follow.</param>
    /// <param name="outputs">Receives rows x <see cref="Outputs"/> floats.</param>
    /// <param name="part">In training, where in the batch these rows are; default: they are all of it.</param>
    /// <exception cref="ArgumentException">A span's length is wrong.</exception>
    /// <exception cref="NonFiniteException">An activation is infinite or not a number.</exception>
    public void Forward(ReadOnlySpan<float> sum, int rows, long step, bool training, Span<float> outputs, BatchPart? part = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        RequireLength(sum.Length, rows, CutWidth, nameof(sum));
        RequireLength(outputs.Length, rows, Outputs, nameof(outputs));
        int most = training ? Math.Max(rows, 1) : EvaluationRows;
        for (int start = 0; start < rows; start += most)
        {
            int count = Math.Min(most, rows - start);
            BatchPart at = part ?? BatchPart.Whole(count);
            network.RequirePart(count, step, training, at);
            input.EnsureCapacity(checked(at.BatchRows * CutWidth));
            float* x = input.Pointer + (at.First * CutWidth);
            sum.Slice(start * CutWidth, count * CutWidth).CopyTo(new Span<float>(x, count * CutWidth));
            float* y = network.Forward(x, count, step, training, at);
            batchOutput = y - (at.First * Outputs);
            new ReadOnlySpan<float>(y, count * Outputs).CopyTo(outputs[(start * Outputs)..]);
        }
    }

    /// <summary>
    /// Computes the loss of a training <see cref="Forward"/>, of a batch's parts in their order, adds the weights' gradients, and gives the gradient that goes back to the
    /// parties.
    /// </summary>
    /// <param name="targets">The targets of the same rows.</param>
    /// <param name="gradientOfSum">Receives the mean loss's gradient with respect to the sum, in its shape.</param>
    /// <returns>The mean loss over the rows.</returns>
    /// <exception cref="InvalidOperationException">The last Forward was none, or not for training, or has had its Backward.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is infinite or not a number; the weights are unchanged.</exception>
    public double BackwardFrom(BatchTargets targets, Span<float> gradientOfSum)
    {
        int rows = targets.Count;
        network.RequirePending(rows);
        RequireLength(gradientOfSum.Length, rows, CutWidth, nameof(gradientOfSum));
        outputGradient.EnsureCapacity(rows * Outputs);
        Span<float> gradient = outputGradient.Span(rows * Outputs);
        double loss = Loss.Evaluate(new ReadOnlySpan<float>(batchOutput + (network.RowsReturned * Outputs), rows * Outputs), targets, gradient);
        if (!double.IsFinite(loss))
        {
            throw network.NonFinite("loss");
        }

        float* back = network.Backward(outputGradient.Pointer, rows);
        new ReadOnlySpan<float>(back, rows * CutWidth).CopyTo(gradientOfSum);
        return loss;
    }

    /// <summary>
    /// Instead of <see cref="BackwardFrom"/>, for a whole batch: gives the same loss and gradient, adds to each row's number the squared norm of the weights'
    /// gradients by that row alone, and adds no weights' gradient yet. The loss must be one in which rows do not meet.
    /// </summary>
    /// <param name="targets">The targets of the same rows.</param>
    /// <param name="gradientOfSum">Receives the mean loss's gradient with respect to the sum.</param>
    /// <param name="squares">One number a row.</param>
    /// <returns>The mean loss over the rows.</returns>
    public double MeasureFrom(BatchTargets targets, Span<float> gradientOfSum, Span<double> squares)
    {
        int rows = targets.Count;
        network.RequirePending(rows);
        RequireLength(gradientOfSum.Length, rows, CutWidth, nameof(gradientOfSum));
        RequireLength(squares.Length, rows, 1, nameof(squares));
        outputGradient.EnsureCapacity(rows * Outputs);
        double loss = Loss.Evaluate(new ReadOnlySpan<float>(batchOutput, rows * Outputs), targets, outputGradient.Span(rows * Outputs));
        if (!double.IsFinite(loss))
        {
            throw network.NonFinite("loss");
        }

        float* back = network.MeasureRows(outputGradient.Pointer, rows, squares);
        new ReadOnlySpan<float>(back, rows * CutWidth).CopyTo(gradientOfSum);
        return loss;
    }

    /// <inheritdoc cref="IRowwiseBottomModel.AddRows"/>
    public void AddRows(ReadOnlySpan<float> factors) => network.AddRows(factors);

    /// <inheritdoc cref="IRowwiseBottomModel.VisitGradients"/>
    public void VisitGradients(GradientVisitor visit) => network.Weights.VisitGradients(visit);

    /// <inheritdoc cref="IBottomModel.Step"/>
    public void Step(double rate = 1) => network.Step(rate);

    /// <inheritdoc cref="IBottomModel.SaveState"/>
    public void SaveState(Stream destination) => network.Weights.Save(destination);

    /// <inheritdoc cref="IBottomModel.LoadState"/>
    public void LoadState(Stream source) => network.LoadState(source);

    /// <inheritdoc cref="IBottomModel.Snapshot"/>
    public void Snapshot() => network.Weights.Snapshot();

    /// <inheritdoc cref="IBottomModel.RestoreSnapshot"/>
    public void RestoreSnapshot() => network.RestoreSnapshot();

    /// <inheritdoc cref="IBottomModel.HashWeights"/>
    public byte[] HashWeights() => network.Weights.Hash();

    /// <summary>Zeroes keys.</summary>
    public void Dispose() => network.Dispose();

    private static void RequireLength(int length, int rows, int width, string name)
    {
        if (length != (long)rows * width)
        {
            throw new ArgumentException($"{rows} rows of {width} need {(long)rows * width} floats, not {length}.", name);
        }
    }
}
