using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Models;

/// <summary>A chain of layers with its optimiser: what the bottom and the top models have in common.</summary>
internal sealed unsafe class Network : IDisposable
{
    private readonly string part;
    private readonly Layer[] layers;
    private readonly EngineContext context;
    private readonly bool inputGradientNeeded;
    private readonly List<int> parts = [];
    private int partsReturned;
    private int rowsForward;
    private long lastStep;
    private AlignedBuffer[]? rowGradients;
    private int rowsMeasured;

    /// <param name="part">The name in errors and hashes: <c>bottom</c> or <c>top</c>.</param>
    /// <param name="layers">The layers, first to last.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="inputGradientNeeded">Whether Backward must return the gradient of the input.</param>
    /// <param name="context">What the layers compute with.</param>
    public Network(string part, IReadOnlyList<Layer> layers, OptimizerSettings optimizer, bool inputGradientNeeded, EngineContext context)
    {
        this.part = part;
        this.layers = [.. layers];
        this.context = context;
        this.inputGradientNeeded = inputGradientNeeded;
        Weights = new NetworkWeights(part, layers, optimizer, context);
    }

    /// <summary>What the layers learn.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>The row of the batch at which the part begins that Backward takes next.</summary>
    public int RowsReturned { get; private set; }

    /// <summary>rows x inputs in, rows x outputs out; the input must live until Backward.</summary>
    public float* Forward(float* input, int rows, long step, bool training, BatchPart part)
    {
        if (part.First == 0)
        {
            ForgetBatch();
        }

        RequirePart(rows, step, training, part);
        context.Part = part;
        lastStep = step;
        float* x = input;
        for (int i = 0; i < layers.Length; i++)
        {
            Layer layer = layers[i];
            x = layer.Forward(x, rows, step, training);
            CheckFinite(x, (long)rows * layer.Outputs, layer.Name);
        }

        if (training)
        {
            rowsForward += rows;
            parts.Add(rows);
        }

        return x;
    }

    /// <summary>The output's gradient in (it is overwritten); the input's gradient out, or null when it is not needed.</summary>
    public float* Backward(float* gradient, int rows)
    {
        RequirePending(rows);
        CheckFinite(gradient, (long)rows * layers[^1].Outputs, layers[^1].Name, " output gradient");
        context.Part = context.Part with { First = RowsReturned };
        RowsReturned += rows;
        partsReturned++;
        Weights.GradientsWait = true;
        float* g = gradient;
        int first = inputGradientNeeded ? 0 : FirstWithWeights();
        for (int i = layers.Length - 1; i >= first; i--)
        {
            g = layers[i].Backward(g, rows, inputGradientNeeded || i > first);
        }

        if (!inputGradientNeeded)
        {
            return null;
        }

        CheckFinite(g, (long)rows * layers[0].Inputs, layers[0].Name, " input gradient");
        return g;
    }

    /// <summary>Refuses rows that are not part of their batch, or do not go on where the batch's last part ended.</summary>
    public void RequirePart(int rows, long step, bool training, BatchPart at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegative(at.First);
        if (at.First > at.BatchRows - rows)
        {
            throw new ArgumentException($"{rows} rows from row {at.First} on are not part of a batch of {at.BatchRows}.");
        }

        bool goesOn = training && rowsForward == at.First && lastStep == step && context.Part.BatchRows == at.BatchRows;
        if (at.First > 0 && !goesOn)
        {
            throw new ArgumentException($"The {part} model's parts of a batch follow each other; row {at.First} of step {step} is not where the last ended.");
        }
    }

    /// <summary>Refuses unless a part that went forward for training waits for its Backward, and the oldest of them has this many rows.</summary>
    public void RequirePending(int rows)
    {
        if (partsReturned == parts.Count)
        {
            throw new InvalidOperationException($"The {part} model's Backward follows a training Forward, once; the last call was another.");
        }

        if (rows != parts[partsReturned])
        {
            throw new ArgumentException($"The {part} model's Forward had {parts[partsReturned]} rows; the gradient has {rows}.");
        }
    }

    /// <summary>
    /// Goes back through a whole batch without adding the weights' gradients: adds to each row's number the squared norm of its own gradient of all weights,
    /// and keeps what <see cref="AddRows"/> needs (ghost clipping: Li et al. 2022, "Large Language Models Can Be Strong Differentially Private Learners",
    /// section 4; the second pass from kept gradients as in Bu et al. 2023, "Differentially Private Optimization on Large Model at Small Cost").
    /// </summary>
    /// <returns>The input's gradient, as <see cref="Backward"/> gives it; null when it is not needed.</returns>
    public float* MeasureRows(float* gradient, int rows, Span<double> squares)
    {
        RequirePending(rows);
        CheckFinite(gradient, (long)rows * layers[^1].Outputs, layers[^1].Name, " output gradient");
        context.Part = context.Part with { First = 0 };
        (RowsReturned, rowsMeasured) = (rows, rows);
        partsReturned++;
        rowGradients ??= [.. layers.Select(_ => new AlignedBuffer())];
        float* g = gradient;
        int first = inputGradientNeeded ? 0 : FirstWithWeights();
        for (int i = layers.Length - 1; i >= first; i--)
        {
            if (layers[i].Parameters.Count > 0)
            {
                int count = rows * layers[i].Outputs;
                rowGradients[i].EnsureCapacity(count);
                new ReadOnlySpan<float>(g, count).CopyTo(rowGradients[i].Span(count));
                layers[i].AddSquares(g, rows, squares);
            }

            g = layers[i].PassBack(g, rows, inputGradientNeeded || i > first);
        }

        if (!inputGradientNeeded)
        {
            return null;
        }

        CheckFinite(g, (long)rows * layers[0].Inputs, layers[0].Name, " input gradient");
        return g;
    }

    /// <summary>Adds the weights' gradients of the rows that were measured last, each row's times its factor.</summary>
    public void AddRows(ReadOnlySpan<float> factors)
    {
        if (rowsMeasured == 0 || factors.Length != rowsMeasured)
        {
            throw new InvalidOperationException($"The {part} model has {rowsMeasured} measured rows for {factors.Length} factors; measure a batch first.");
        }

        for (int i = 0; i < layers.Length; i++)
        {
            Layer layer = layers[i];
            if (layer.Parameters.Count == 0)
            {
                continue;
            }

            Span<float> kept = rowGradients![i].Span(rowsMeasured * layer.Outputs);
            for (int row = 0; row < factors.Length; row++)
            {
                Span<float> of = kept.Slice(row * layer.Outputs, layer.Outputs);
                foreach (ref float g in of)
                {
                    g *= factors[row];
                }
            }

            layer.AddGradients(rowGradients[i].Pointer, rowsMeasured);
        }

        rowsMeasured = 0;
        Weights.GradientsWait = true;
    }

    public void Step(double rate) => Weights.Step(rate, lastStep);

    public void RestoreSnapshot()
    {
        Weights.RestoreSnapshot();
        ForgetBatch();
    }

    public void LoadState(Stream source)
    {
        Weights.Load(source);
        ForgetBatch();
    }

    /// <summary>The error for something infinite or not a number in the last step.</summary>
    public NonFiniteException NonFinite(string what) => new(part, what, lastStep);

    /// <summary>Zeroes the layers' keys and ends the threads.</summary>
    public void Dispose()
    {
        foreach (Layer layer in layers)
        {
            layer.Dispose();
        }

        context.Dispose();
    }

    private void ForgetBatch()
    {
        parts.Clear();
        (partsReturned, rowsForward, RowsReturned) = (0, 0, 0);
    }

    private int FirstWithWeights()
    {
        int i = 0;
        while (layers[i].Parameters.Count == 0)
        {
            i++;
        }

        return i;
    }

    // The two halves of the name are joined only when they are needed: a step allocates nothing.
    private void CheckFinite(float* x, long count, string layer, string what = "")
    {
        if (!context.Kernels.AllFinite(x, count))
        {
            throw NonFinite(layer + what);
        }
    }
}
