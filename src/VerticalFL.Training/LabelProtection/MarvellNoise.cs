// Marvell label protection.
// What:        every row's gradient g becomes g + n, n Gaussian with the covariance that MarvellCovariance finds for its class in this batch.
// Reference:   Li, Sun, et al. 2022, "Label Leakage and Protection in Two-party Split Learning" (ICLR), section 4.2.
// Parameters:  the largest AUC that any attack on one row of one batch may reach if gradients were Gaussian within a class.
// Adversary:   a semi-honest feature party that looks at one batch. NOT covered by the bound: noise is fresh in every step, so that averaging a row over
//              epochs removes it; gradients are not Gaussian; a few known labels and the party's own trained bottom complete a model. It has no epsilon: a study
//              must judge it by the leak audit's maximum over attacks (protocols/training/README.md, section 7).
namespace VerticalFL.Training.LabelProtection;

/// <summary>Noise that draws the two classes' gradients together at the least expected squared length. For outcomes of two classes.</summary>
public sealed class MarvellNoise : IGradientProtection
{
    private static readonly byte[] Purpose = "marvell"u8.ToArray();
    private readonly NoiseSeed _seed;
    private readonly double _sumKl;
    private readonly MaxNormNoise _oneClass;

    /// <summary>Noise from a run's seed, which the caller disposes.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="largestAuc">The bound on a single batch's attack: between .5 and 1, exclusive.</param>
    public MarvellNoise(NoiseSeed seed, double largestAuc)
    {
        ArgumentNullException.ThrowIfNull(seed);
        if (!(largestAuc is > 0.5 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(largestAuc), largestAuc, "The bound is between .5 and 1.");
        }

        _seed = seed;
        _sumKl = MarvellCovariance.SumKlFor(largestAuc);
        _oneClass = new MaxNormNoise(seed);
    }

    /// <inheritdoc/>
    /// <remarks>A batch of one class has no difference to hide; it gets max-norm noise, so that its norms tell nothing of the rows.</remarks>
    public void Apply(long step, ReadOnlySpan<float> gradient, int width, ReadOnlySpan<float> outcomes, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (gradient.Length != (long)outcomes.Length * width || destination.Length != gradient.Length)
        {
            throw new ArgumentException($"{gradient.Length} gradients of {outcomes.Length} rows into {destination.Length} values in rows of {width} do not fit.");
        }

        int ones = Ones(outcomes);
        if (ones == 0 || ones == outcomes.Length)
        {
            _oneClass.Apply(step, gradient, width, outcomes, destination);
            return;
        }

        double[] mean0 = Mean(gradient, outcomes, width, one: false);
        double[] mean1 = Mean(gradient, outcomes, width, one: true);
        double[] direction = new double[width];
        double g = 0;
        for (int i = 0; i < width; i++)
        {
            direction[i] = mean1[i] - mean0[i];
            g += direction[i] * direction[i];
        }

        MarvellCovariance noise = MarvellCovariance.Solve(
            Variance(gradient, outcomes, mean0, one: false), Variance(gradient, outcomes, mean1, one: true), g, width,
            (double)ones / outcomes.Length, _sumKl);
        for (int i = 0; i < width && g > 0; i++)
        {
            direction[i] /= Math.Sqrt(g);
        }

        using var numbers = new StepNoise(_seed, Purpose, step, gradient);
        double[] normal = new double[width + 1];
        for (int row = 0; row < outcomes.Length; row++)
        {
            numbers.Fill(row, normal);
            bool one = outcomes[row] > 0.5f;
            (double along, double across) = one ? (noise.Along1, noise.Across1) : (noise.Along0, noise.Across0);
            double alone = Math.Sqrt(Math.Max(0, along - across)) * normal[width];
            double around = Math.Sqrt(Math.Max(0, across));
            for (int i = 0; i < width; i++)
            {
                int at = (row * width) + i;
                destination[at] = (float)(gradient[at] + (alone * direction[i]) + (around * normal[i]));
            }
        }
    }

    private static int Ones(ReadOnlySpan<float> outcomes)
    {
        int ones = 0;
        foreach (float outcome in outcomes)
        {
            ones += outcome > 0.5f ? 1 : 0;
        }

        return ones;
    }

    private static double[] Mean(ReadOnlySpan<float> gradient, ReadOnlySpan<float> outcomes, int width, bool one)
    {
        double[] mean = new double[width];
        int rows = 0;
        for (int row = 0; row < outcomes.Length; row++)
        {
            if (outcomes[row] > 0.5f == one)
            {
                rows++;
                for (int i = 0; i < width; i++)
                {
                    mean[i] += gradient[(row * width) + i];
                }
            }
        }

        for (int i = 0; i < width; i++)
        {
            mean[i] /= rows;
        }

        return mean;
    }

    // The mean over dimensions of the class's variance.
    private static double Variance(ReadOnlySpan<float> gradient, ReadOnlySpan<float> outcomes, double[] mean, bool one)
    {
        double sum = 0;
        int values = 0;
        for (int row = 0; row < outcomes.Length; row++)
        {
            if (outcomes[row] > 0.5f == one)
            {
                values += mean.Length;
                for (int i = 0; i < mean.Length; i++)
                {
                    double off = gradient[(row * mean.Length) + i] - mean[i];
                    sum += off * off;
                }
            }
        }

        return sum / values;
    }
}
