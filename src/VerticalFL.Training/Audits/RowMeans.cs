using System.Numerics.Tensors;

namespace VerticalFL.Training.Audits;

/// <summary>The mean of what came for each row; a row of which nothing came has zeros.</summary>
internal sealed class RowMeans
{
    private readonly int _width;
    private readonly float[] _sums;
    private readonly int[] _counts;

    public RowMeans(int rows, int width) => (_width, _sums, _counts) = (width, new float[rows * width], new int[rows]);

    public RowMeans(float[] means, int width)
    {
        (_width, _sums, _counts) = (width, means, new int[means.Length / width]);
        Array.Fill(_counts, 1);
    }

    public void Add(int row, ReadOnlySpan<float> values)
    {
        Span<float> sum = _sums.AsSpan(row * _width, _width);
        TensorPrimitives.Add(sum, values, sum);
        _counts[row]++;
    }

    /// <summary>Rows x width; empty when nothing came at all.</summary>
    public float[] Means()
    {
        if (_counts.All(c => c == 0))
        {
            return [];
        }

        float[] means = [.. _sums];
        for (int r = 0; r < _counts.Length; r++)
        {
            Span<float> row = means.AsSpan(r * _width, _width);
            TensorPrimitives.Divide(row, Math.Max(1, _counts[r]), row);
        }

        return means;
    }
}
