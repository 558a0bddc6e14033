using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Training.Engines;

namespace OwnEngine;

/// <summary>
/// The activation of row r and unit u of the cut is the sum over columns c of x[r,c] a[c,u] + (x[r,c]^2 - 1) b[c,u], trained by AdaGrad (Duchi et al.
/// 2011) at ten times the study's learning rate. It follows the study in the width of the cut only; layers, dropout and optimiser are its own affair.
/// </summary>
internal sealed class QuadraticModel : IBottomModel
{
    private readonly float[] table;
    private readonly int columns;
    private readonly float learningRate;
    private readonly float[] weights;
    private readonly float[] gradients;
    private readonly float[] squares;
    private float[]? snapshot;
    private int[] pendingRows = [];
    private long lastStep;
    private bool gradientsWait;

    public QuadraticModel(BottomModelPlan plan)
    {
        (table, TableRows, columns, _) = plan.Features;
        CutWidth = plan.CutWidth;
        learningRate = (float)plan.Optimizer.LearningRate * 10;
        weights = new float[2 * columns * CutWidth];
        gradients = new float[weights.Length];
        squares = new float[weights.Length];
        using var generator = new SeededGenerator(plan.Seed.Span, "init/quadratic");
        float bound = 1 / MathF.Sqrt(columns);
        foreach (ref float weight in weights.AsSpan())
        {
            weight = ((generator.NextSingle() * 2) - 1) * bound;
        }
    }

    public int CutWidth { get; }

    public int TableRows { get; }

    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (cut.Length != (long)rows.Length * CutWidth || rows.ContainsAnyExceptInRange(0, TableRows - 1))
        {
            throw new ArgumentException($"{rows.Length} rows of a table of {TableRows} need {(long)rows.Length * CutWidth} floats.");
        }

        pendingRows = training ? rows.ToArray() : [];
        lastStep = step;
        cut.Clear();
        for (int r = 0; r < rows.Length; r++)
        {
            Span<float> units = cut.Slice(r * CutWidth, CutWidth);
            for (int term = 0; term < 2 * columns; term++)
            {
                float x = Term(rows[r], term);
                for (int u = 0; u < CutWidth; u++)
                {
                    units[u] += x * weights[(term * CutWidth) + u];
                }
            }
        }

        RequireFinite(cut, "activations");
    }

    public void Backward(ReadOnlySpan<float> gradient)
    {
        if (pendingRows.Length == 0)
        {
            throw new InvalidOperationException("Backward follows a training Forward, once.");
        }

        if (gradient.Length != pendingRows.Length * CutWidth)
        {
            throw new ArgumentException($"{pendingRows.Length} rows have {pendingRows.Length * CutWidth} gradients.", nameof(gradient));
        }

        RequireFinite(gradient, "output gradient");
        gradientsWait = true;
        for (int r = 0; r < pendingRows.Length; r++)
        {
            ReadOnlySpan<float> units = gradient.Slice(r * CutWidth, CutWidth);
            for (int term = 0; term < 2 * columns; term++)
            {
                float x = Term(pendingRows[r], term);
                for (int u = 0; u < CutWidth; u++)
                {
                    gradients[(term * CutWidth) + u] += x * units[u];
                }
            }
        }

        pendingRows = [];
    }

    public void Step(double rate = 1)
    {
        if (rate is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A step's rate is above 0 and at most 1.");
        }

        if (!gradientsWait)
        {
            throw new InvalidOperationException("There is no gradient since the last step.");
        }

        RequireFinite(gradients, "weight gradient");
        for (int i = 0; i < weights.Length; i++)
        {
            squares[i] += gradients[i] * gradients[i];
            weights[i] -= (float)(learningRate * rate) * gradients[i] / (MathF.Sqrt(squares[i]) + 1e-8f);
        }

        ClearGradients();
    }

    public void SaveState(Stream destination)
    {
        if (gradientsWait)
        {
            throw new InvalidOperationException("Gradients wait for a step.");
        }

        using var bytes = new MemoryStream();
        bytes.Write(Head(snapshot is not null));
        foreach (float[] values in (float[][])[weights, squares, snapshot ?? []])
        {
            bytes.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        destination.Write(bytes.ToArray());
        destination.Write(SHA256.HashData(bytes.ToArray()));
    }

    public void LoadState(Stream source)
    {
        byte[] head = Read(source, Head(false).Length);
        bool hasSnapshot = head.AsSpan().SequenceEqual(Head(true));
        if (!hasSnapshot && !head.AsSpan().SequenceEqual(Head(false)))
        {
            throw new InvalidDataException("This is no state of this model.");
        }

        byte[] body = Read(source, (hasSnapshot ? 3 : 2) * weights.Length * sizeof(float));
        if (!Read(source, SHA256.HashSizeInBytes).AsSpan().SequenceEqual(SHA256.HashData([.. head, .. body])))
        {
            throw new InvalidDataException("The state is damaged.");
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(body);
        values[..weights.Length].CopyTo(weights);
        values.Slice(weights.Length, weights.Length).CopyTo(squares);
        snapshot = hasSnapshot ? values[(2 * weights.Length)..].ToArray() : null;
        pendingRows = [];
        ClearGradients();
    }

    public void Snapshot() => snapshot = [.. weights];

    public void RestoreSnapshot()
    {
        (snapshot ?? throw new InvalidOperationException("There is no snapshot.")).CopyTo(weights, 0);
        pendingRows = [];
    }

    public byte[] HashWeights() => SHA256.HashData([.. Head(false), .. MemoryMarshal.AsBytes(weights.AsSpan())]);

    public void Dispose()
    {
    }

    /// <summary>What a state begins with: no other model's does.</summary>
    private byte[] Head(bool hasSnapshot) =>
        [.. "QUADRATIC1"u8, .. BitConverter.GetBytes(columns), .. BitConverter.GetBytes(CutWidth), hasSnapshot ? (byte)1 : (byte)0];

    private static byte[] Read(Stream source, int length)
    {
        byte[] bytes = new byte[length];
        return source.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length
            ? bytes
            : throw new InvalidDataException("The state ends too early.");
    }

    private float Term(int row, int term)
    {
        float x = table[(row * columns) + (term % columns)];
        return term < columns ? x : (x * x) - 1;
    }

    private void ClearGradients()
    {
        Array.Clear(gradients);
        gradientsWait = false;
    }

    private void RequireFinite(ReadOnlySpan<float> values, string what)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new NonFiniteException("bottom", what, lastStep);
            }
        }
    }
}
