using System.Numerics.Tensors;

namespace VerticalFL.Training.Audits;

/// <summary>What an attacker reads off one set of gradients: a score a row, for each attack that needs nothing else.</summary>
internal sealed class BatchScores(int width)
{
    private const int Iterations = 30;
    private readonly float[][] _scores = new float[Attacks.Length][];
    private int _rows;

    /// <summary>The attacks on a single batch.</summary>
    public static LabelAttack[] Attacks { get; } = [LabelAttack.Norm, LabelAttack.Direction, LabelAttack.Spectral];

    public ReadOnlySpan<float> Of(LabelAttack attack) => _scores[Array.IndexOf(Attacks, attack)].AsSpan(0, _rows);

    /// <summary>Takes rows x width gradients.</summary>
    public void Look(ReadOnlySpan<float> gradient)
    {
        _rows = gradient.Length / width;
        for (int a = 0; a < Attacks.Length; a++)
        {
            if (_scores[a] is null || _scores[a].Length < _rows)
            {
                _scores[a] = new float[_rows];
            }
        }

        for (int row = 0; row < _rows; row++)
        {
            _scores[0][row] = TensorPrimitives.Norm(gradient.Slice(row * width, width));
        }

        Project(gradient, _scores[1]);
        float[] centred = gradient.ToArray();
        float[] mean = new float[width];
        for (int row = 0; row < _rows; row++)
        {
            TensorPrimitives.Add(mean, gradient.Slice(row * width, width), mean);
        }

        TensorPrimitives.Divide(mean, Math.Max(1, _rows), mean);
        for (int row = 0; row < _rows; row++)
        {
            Span<float> of = centred.AsSpan(row * width, width);
            TensorPrimitives.Subtract(of, mean, of);
        }

        Project(centred, _scores[2]);
    }

    // Power iteration for the first right singular vector, begun at the longest row; the scores are the rows' products with it.
    private void Project(ReadOnlySpan<float> rows, Span<float> scores)
    {
        int longest = 0;
        float length = 0;
        for (int row = 0; row < _rows; row++)
        {
            float norm = TensorPrimitives.Norm(rows.Slice(row * width, width));
            if (norm > length)
            {
                (longest, length) = (row, norm);
            }
        }

        scores[.._rows].Clear();
        if (length == 0)
        {
            return;
        }

        float[] direction = rows.Slice(longest * width, width).ToArray();
        float[] next = new float[width];
        for (int i = 0; i < Iterations; i++)
        {
            float norm = TensorPrimitives.Norm(direction);
            TensorPrimitives.Divide(direction, norm, direction);
            Array.Clear(next);
            for (int row = 0; row < _rows; row++)
            {
                ReadOnlySpan<float> of = rows.Slice(row * width, width);
                scores[row] = TensorPrimitives.Dot(of, direction) / length;
                TensorPrimitives.MultiplyAdd(of, scores[row] / length, next, next);
            }

            next.CopyTo(direction, 0);
        }
    }
}
