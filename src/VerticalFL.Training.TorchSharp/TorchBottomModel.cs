using TorchSharp;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Models;
using Tensor = TorchSharp.torch.Tensor;

namespace VerticalFL.Training.TorchSharp;

/// <summary>
/// A bottom model whose forward and backward passes are libtorch's. Weights, their gradients, the optimiser and states are those of the managed engine: the
/// tensors lie on the same memory. So TorchSharp's optimisers, which hand numbers to libtorch in objects that a collection can free during the
/// call, are not needed, and no weights are read from libtorch's own formats.
/// </summary>
internal sealed unsafe class TorchBottomModel : IBottomModel
{
    /// <summary>
    /// Rows that an evaluation computes at once, the last ones filled up with zeros: a library chooses another order of sums for another number of
    /// rows, and a row's activations must not depend on the rows beside it.
    /// </summary>
    private const int EvaluationRows = 256;

    private readonly PreparedTable table;
    private readonly EngineContext context;
    private readonly NetworkWeights weights;
    private readonly TorchLayers layers;
    private Tensor? pending;
    private int pendingRows;
    private long lastStep;

    public TorchBottomModel(BottomModelPlan plan)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.CutWidth, 1);
        table = new PreparedTable(plan.Features);
        CutWidth = plan.CutWidth;
        context = new EngineContext(KernelSet.Best);
        IReadOnlyList<Layer> planned = NetworkBuilder.Bottom(table.Columns, plan.Settings, plan.CutWidth, plan.Seed.Span, context);
        weights = new NetworkWeights("bottom", planned, plan.Optimizer, context);
        layers = new TorchLayers(planned, context.Kernels);
    }

    public int CutWidth { get; }

    public int TableRows => table.Rows;

    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        table.Require(rows, cut.Length, CutWidth);
        Forget();
        lastStep = step;
        if (rows.IsEmpty)
        {
            return;
        }

        if (training)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            Tensor output = layers.Forward(Input(rows, rows.Length), step, training: true);
            TensorMemory.Floats(output).CopyTo(cut);
            pending = scope.Detach(output);
            pendingRows = rows.Length;
            return;
        }

        using IDisposable plain = torch.no_grad();
        for (int start = 0; start < rows.Length; start += EvaluationRows)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            int count = Math.Min(EvaluationRows, rows.Length - start);
            Tensor output = layers.Forward(Input(rows.Slice(start, count), EvaluationRows), step, training: false);
            TensorMemory.Floats(output)[..(count * CutWidth)].CopyTo(cut[(start * CutWidth)..]);
        }
    }

    public void Backward(ReadOnlySpan<float> gradient)
    {
        if (pending is null)
        {
            throw new InvalidOperationException("The bottom model's Backward follows a training Forward, once; the last call was another.");
        }

        if (gradient.Length != (long)pendingRows * CutWidth)
        {
            throw new ArgumentException(
                $"{pendingRows} rows at a cut of {CutWidth} have {(long)pendingRows * CutWidth} gradients, not {gradient.Length}.", nameof(gradient));
        }

        fixed (float* first = gradient)
        {
            if (!context.Kernels.AllFinite(first, gradient.Length))
            {
                throw new NonFiniteException("bottom", "cut output gradient", lastStep);
            }
        }

        using DisposeScope scope = torch.NewDisposeScope();
        Tensor from = TensorMemory.New(pendingRows, CutWidth);
        gradient.CopyTo(TensorMemory.Floats(from));
        weights.GradientsWait = true;
        pending.backward([from]);
        Forget();
    }

    // Gradients of a batch that is still pending would mix the weights of two steps.
    public void Step(double rate = 1)
    {
        weights.Step(rate, lastStep);
        Forget();
    }

    public void SaveState(Stream destination) => weights.Save(destination);

    public void LoadState(Stream source)
    {
        weights.Load(source);
        Forget();
    }

    public void Snapshot() => weights.Snapshot();

    public void RestoreSnapshot()
    {
        weights.RestoreSnapshot();
        Forget();
    }

    public byte[] HashWeights() => weights.Hash();

    /// <summary>Frees the tensors and zeroes keys; the table is the caller's.</summary>
    public void Dispose()
    {
        Forget();
        layers.Dispose();
        context.Dispose();
    }

    private Tensor Input(ReadOnlySpan<int> rows, int height)
    {
        Tensor input = TensorMemory.New(height, table.Columns);
        Span<float> floats = TensorMemory.Floats(input);
        table.Gather(rows, floats);
        floats[(rows.Length * table.Columns)..].Clear();
        return input;
    }

    private void Forget()
    {
        pending?.Dispose();
        pending = null;
    }
}
