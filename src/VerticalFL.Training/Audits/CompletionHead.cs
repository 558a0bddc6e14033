using System.Numerics.Tensors;

namespace VerticalFL.Training.Audits;

/// <summary>
/// The attacker's own output layer in <see cref="FineTunedCompletion"/>: logistic, on the bottom's outputs and what stands beside them, scaled as they first were.
/// </summary>
internal sealed class CompletionHead
{
    private const double Rate = 0.005;
    private const double Alpha = 0.75;
    private readonly int _width;
    private readonly int _extras;
    private readonly double[] _mean;
    private readonly double[] _scale;
    private readonly double[] _weights;
    private readonly double[] _first;
    private readonly double[] _second;
    private double _bias;
    private int _steps;

    /// <summary>Begins with a ridge regression on the first rows, whose answers are given.</summary>
    public CompletionHead(float[] outputs, float[] extra, int rows, double[] answers)
    {
        (_width, _extras) = (outputs.Length / rows, extra.Length / rows);
        int all = _width + _extras;
        (_mean, _scale) = (new double[all], new double[all]);
        for (int k = 0; k < all; k++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(r => (double)(k < _width ? outputs[(r * _width) + k] : extra[(r * _extras) + k - _width]))];
            _mean[k] = column.Average();
            _scale[k] = Ridge.Scale(_mean[k], column.Average(x => (x - _mean[k]) * (x - _mean[k])));
        }

        _weights = Ridge.Fit([.. Inputs(outputs, extra, rows).Select(x => (float)x)], all, [.. Enumerable.Range(0, answers.Length)], [.. answers], penalty: 1);
        (_first, _second) = (new double[all + 1], new double[all + 1]);
    }

    public static double Probability(double logit) => 1 / (1 + Math.Exp(-logit));

    public float[] Logits(float[] outputs, float[] extra, int rows)
    {
        double[] inputs = Inputs(outputs, extra, rows);
        return [.. Enumerable.Range(0, rows).Select(r => (float)Logit(inputs.AsSpan(r * _weights.Length, _weights.Length)))];
    }

    /// <summary>Mixes the rows pairwise and takes one step of Adam.</summary>
    /// <param name="outputs">The bottom's.</param>
    /// <param name="extra">What stands beside them.</param>
    /// <param name="targets">0 to 1, a row.</param>
    /// <param name="known">The first so many are known, and count by cross-entropy; the others, if any, by squared error.</param>
    /// <param name="weight">What the others' mean counts beside the known rows'.</param>
    /// <param name="draw">For the mixture.</param>
    /// <returns>The loss's gradient with respect to the outputs.</returns>
    public float[] Learn(float[] outputs, float[] extra, float[] targets, int known, double weight, Random draw)
    {
        int rows = targets.Length, all = _weights.Length;
        int[] partner = [.. Enumerable.Range(0, rows)];
        draw.Shuffle(partner);
        double[] inputs = Inputs(outputs, extra, rows), slopes = new double[rows], shares = new double[rows], mixed = new double[all], gradient = new double[all + 1];
        for (int r = 0; r < rows; r++)
        {
            double share = Beta(draw);
            shares[r] = Math.Max(share, 1 - share);
            TensorPrimitives.Multiply(inputs.AsSpan(r * all, all), shares[r], mixed);
            TensorPrimitives.MultiplyAdd(inputs.AsSpan(partner[r] * all, all), 1 - shares[r], mixed, mixed);
            double target = (shares[r] * targets[r]) + ((1 - shares[r]) * targets[partner[r]]);
            double p = Probability(Logit(mixed));
            slopes[r] = r < known ? (p - target) / known : weight * 2 * (p - target) * p * (1 - p) / (rows - known);
            TensorPrimitives.MultiplyAdd(mixed, slopes[r], gradient.AsSpan(0, all), gradient.AsSpan(0, all));
            gradient[all] += slopes[r];
        }

        float[] direction = [.. Enumerable.Range(0, _width).Select(k => (float)(_weights[k] * _scale[k]))];
        float[] back = new float[outputs.Length];
        for (int r = 0; r < rows; r++)
        {
            Span<float> own = back.AsSpan(r * _width, _width), other = back.AsSpan(partner[r] * _width, _width);
            TensorPrimitives.MultiplyAdd(direction, (float)(shares[r] * slopes[r]), own, own);
            TensorPrimitives.MultiplyAdd(direction, (float)((1 - shares[r]) * slopes[r]), other, other);
        }

        Step(gradient);
        return back;
    }

    private void Step(double[] gradient)
    {
        _steps++;
        for (int k = 0; k < gradient.Length; k++)
        {
            _first[k] = (0.9 * _first[k]) + (0.1 * gradient[k]);
            _second[k] = (0.999 * _second[k]) + (0.001 * gradient[k] * gradient[k]);
            double mean = _first[k] / (1 - Math.Pow(0.9, _steps)), square = _second[k] / (1 - Math.Pow(0.999, _steps));
            double change = Rate * mean / (Math.Sqrt(square) + 1e-8);
            if (k < _weights.Length)
            {
                _weights[k] -= change;
            }
            else
            {
                _bias -= change;
            }
        }
    }

    private double Logit(ReadOnlySpan<double> input) => TensorPrimitives.Dot(input, _weights) + _bias;

    private double[] Inputs(float[] outputs, float[] extra, int rows)
    {
        int all = _width + _extras;
        double[] inputs = new double[rows * all];
        for (int r = 0; r < rows; r++)
        {
            for (int k = 0; k < all; k++)
            {
                inputs[(r * all) + k] = ((k < _width ? outputs[(r * _width) + k] : extra[(r * _extras) + k - _width]) - _mean[k]) * _scale[k];
            }
        }

        return inputs;
    }

    // Joehnk's method, which is for parameters below 1.
    private static double Beta(Random draw)
    {
        while (true)
        {
            double x = Math.Pow(draw.NextDouble(), 1 / Alpha), y = Math.Pow(draw.NextDouble(), 1 / Alpha);
            if (x + y is > 0 and <= 1)
            {
                return x / (x + y);
            }
        }
    }
}
