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

    private readonly float[] table;
    private readonly int columns;
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
        (float[] values, int rows, columns, _) = features;
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cutWidth, 1);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException(
                $"A table of {rows} x {columns} has {(long)rows * columns} values, not {values.Length}.", nameof(features));
        }

        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"The prepared table's row {bad / columns}, column {bad % columns} is infinite or not a number; impute it before training.",
                nameof(features));
        }

        table = values;
        TableRows = rows;
        CutWidth = cutWidth;
        var context = new EngineContext(kernels, threads);
        IReadOnlyList<Layer> layers = NetworkBuilder.Bottom(columns, settings, cutWidth, seed, context);
        network = new Network("bottom", layers, optimizer, inputGradientNeeded: false, context);
    }

    /// <inheritdoc/>
    public int CutWidth { get; }

    /// <inheritdoc/>
    public int TableRows { get; }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut)
    {
        CheckShapes(rows, cut);
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
        CheckShapes(rows, cut);
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
    public void VisitGradients(GradientVisitor visit) => network.VisitGradients(visit);

    /// <inheritdoc/>
    public void Step(double rate = 1) => network.Step(rate);

    /// <inheritdoc/>
    public void SaveState(Stream destination) => network.SaveState(destination);

    /// <inheritdoc/>
    public void LoadState(Stream source) => network.LoadState(source);

    /// <inheritdoc/>
    public void Snapshot() => network.Snapshot();

    /// <inheritdoc/>
    public void RestoreSnapshot() => network.RestoreSnapshot();

    /// <inheritdoc/>
    public byte[] HashWeights() => network.HashWeights();

    /// <summary>Zeroes keys and the copy of the last batch, and ends the threads; the table is the caller's.</summary>
    public void Dispose()
    {
        network.Dispose();
        input.Span(input.Capacity).Clear();
    }

    private void CheckShapes(ReadOnlySpan<int> rows, ReadOnlySpan<float> cut)
    {
        if (cut.Length != (long)rows.Length * CutWidth)
        {
            throw new ArgumentException(
                $"{rows.Length} rows at a cut of {CutWidth} need {(long)rows.Length * CutWidth} floats, not {cut.Length}.", nameof(cut));
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)TableRows)
            {
                throw new ArgumentException($"Row {row} is not in the table of {TableRows} rows.", nameof(rows));
            }
        }
    }

    private void Compute(ReadOnlySpan<int> rows, long step, bool training, BatchPart part, Span<float> cut)
    {
        network.RequirePart(rows.Length, step, training, part);
        input.EnsureCapacity(checked(part.BatchRows * columns));
        float* x = input.Pointer + (part.First * columns);
        Gather(rows, new Span<float>(x, rows.Length * columns));
        float* output = network.Forward(x, rows.Length, step, training, part);
        new ReadOnlySpan<float>(output, cut.Length).CopyTo(cut);
    }

    private void Gather(ReadOnlySpan<int> rows, Span<float> target)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            table.AsSpan(checked(rows[i] * columns), columns).CopyTo(target[(i * columns)..]);
        }
    }
}
