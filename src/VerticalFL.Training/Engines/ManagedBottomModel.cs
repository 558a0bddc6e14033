using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Models;

namespace VerticalFL.Training.Engines;

/// <summary>
/// The managed engine's bottom model: input dropout; then for each hidden layer dense, layer norm (if asked for), nonlinearity, dropout;
/// then a linear
/// projection to the cut without bias, for the sum of all parties' projections has one. The same bits on every processor
/// (protocols/training/engine.md).
/// </summary>
public sealed unsafe class ManagedBottomModel : IPartwiseBottomModel, IRowwiseBottomModel
{
    /// <summary>
    /// Rows that an evaluation computes at once; rows do not influence each other, so that it bounds memory and changes nothing else.
    /// </summary>
    private const int EvaluationRows = 512;

    private readonly PreparedTable table;
    private readonly Network network;
    private readonly AlignedBuffer input = new();
    private readonly AlignedBuffer cutGradient = new();

    /// <summary>Makes the model with fresh weights.</summary>
    /// <param name="features">The prepared table, all finite, at least one column; it is kept, not copied.</param>
    /// <param name="settings">The layers.</param>
    /// <param name="cutWidth">The width of the cut, at least 1.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="seed">The party's secret seed, 32 bytes: weights and dropout follow from it.</param>
    /// <param name="threads">Threads that share the long products, the caller's among them; the numbers are the same for any. Default: 1.</param>
    /// <exception cref="ArgumentException">A shape, setting or table value is not usable.</exception>
    public ManagedBottomModel(
        FeatureMatrix features, BottomSettings settings, int cutWidth, OptimizerSettings optimizer, ReadOnlySpan<byte> seed, int threads = 1)
        : this(features ?? throw new ArgumentNullException(nameof(features)), settings, cutWidth, optimizer, seed, KernelSet.Best, threads)
    {
    }

    internal ManagedBottomModel(
        FeatureMatrix features,
        BottomSettings settings,
        int cutWidth,
        OptimizerSettings optimizer,
        ReadOnlySpan<byte> seed,
        KernelSet kernels,
        int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(cutWidth, 1);
        table = new PreparedTable(features);
        CutWidth = cutWidth;
        var context = new EngineContext(kernels, threads);
        IReadOnlyList<Layer> layers = NetworkBuilder.Bottom(table.Columns, settings, cutWidth, seed, context);
        network = new Network("bottom", layers, optimizer, inputGradientNeeded: false, context);
    }

    /// <inheritdoc/>
    public int CutWidth { get; }

    /// <inheritdoc/>
    public int TableRows => table.Rows;

    /// <summary>How many matrices of weights there are.</summary>
    internal int WeightMatrices => network.Weights.Parameters.Length;

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut)
    {
        table.Require(rows, cut.Length, CutWidth);
        int most = training ? Math.Max(rows.Length, 1) : EvaluationRows;
        for (int start = 0; start < rows.Length; start += most)
        {
            int count = Math.Min(most, rows.Length - start);
            Compute(rows.Slice(start, count), step, training, BatchPart.Whole(count), cut.Slice(start * CutWidth, count * CutWidth));
        }
    }

    /// <inheritdoc/>
    public void ForwardPart(ReadOnlySpan<int> rows, long step, BatchPart part, Span<float> cut)
    {
        table.Require(rows, cut.Length, CutWidth);
        Compute(rows, step, training: true, part, cut);
    }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> gradient)
    {
        int rows = gradient.Length / CutWidth;
        if (rows * CutWidth != gradient.Length)
        {
            throw new ArgumentException(
                $"A gradient at a cut of {CutWidth} has a multiple of {CutWidth} floats, not {gradient.Length}.", nameof(gradient));
        }

        network.RequirePending(rows);
        cutGradient.EnsureCapacity(gradient.Length);
        gradient.CopyTo(cutGradient.Span(gradient.Length));
        network.Backward(cutGradient.Pointer, rows);
    }

    /// <inheritdoc/>
    public void MeasureRows(ReadOnlySpan<float> gradient, Span<double> squares)
    {
        int rows = squares.Length;
        if (gradient.Length != (long)rows * CutWidth)
        {
            throw new ArgumentException($"{rows} rows at a cut of {CutWidth} have {(long)rows * CutWidth} gradients, not {gradient.Length}.", nameof(gradient));
        }

        network.RequirePending(rows);
        cutGradient.EnsureCapacity(gradient.Length);
        gradient.CopyTo(cutGradient.Span(gradient.Length));
        network.MeasureRows(cutGradient.Pointer, rows, squares);
    }

    /// <inheritdoc/>
    public void AddRows(ReadOnlySpan<float> factors) => network.AddRows(factors);

    /// <inheritdoc/>
    public void VisitGradients(GradientVisitor visit) => network.Weights.VisitGradients(visit);

    /// <inheritdoc/>
    public void Step(double rate = 1) => network.Step(rate);

    /// <inheritdoc/>
    public void SaveState(Stream destination) => network.Weights.Save(destination);

    /// <inheritdoc/>
    public void LoadState(Stream source) => network.LoadState(source);

    /// <inheritdoc/>
    public void Snapshot() => network.Weights.Snapshot();

    /// <inheritdoc/>
    public void RestoreSnapshot() => network.RestoreSnapshot();

    /// <inheritdoc/>
    public byte[] HashWeights() => network.Weights.Hash();

    /// <summary>One of the <see cref="WeightMatrices"/>, in the order of the hash, to be changed in place.</summary>
    internal Span<float> Weights(int matrix) => network.Weights.Parameters[matrix].Values;

    /// <summary>Zeroes keys and the copy of the last batch, and ends the threads; the table is the caller's.</summary>
    public void Dispose()
    {
        network.Dispose();
        input.Span(input.Capacity).Clear();
    }

    private void Compute(ReadOnlySpan<int> rows, long step, bool training, BatchPart part, Span<float> cut)
    {
        network.RequirePart(rows.Length, step, training, part);
        input.EnsureCapacity(checked(part.BatchRows * table.Columns));
        float* x = input.Pointer + (part.First * table.Columns);
        table.Gather(rows, new Span<float>(x, rows.Length * table.Columns));
        float* output = network.Forward(x, rows.Length, step, training, part);
        new ReadOnlySpan<float>(output, cut.Length).CopyTo(cut);
    }
}
