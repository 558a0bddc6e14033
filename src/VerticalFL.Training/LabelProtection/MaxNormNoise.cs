// Max-norm label protection ("max_norm").
// What:        every row's gradient g becomes g (1 + s z), z ~ N(0, 1), s^2 = max_j |g_j|^2 / |g|^2 - 1: noise along the gradient itself, so that
//              all rows of a batch have the same expected squared norm, the largest one.
// Reference:   Li, Sun, et al. 2022, "Label Leakage and Protection in Two-party Split Learning" (ICLR), section 4.1.
// Parameters:  none.
// Adversary:   a semi-honest feature party that looks at the norms of one batch's gradients. NOT covered: the unsigned direction of each row
//              is unchanged, so that a spectral attack still tells apart classes whose gradients span different lines; z is fresh in every step,
//              so that averaging a row over epochs removes it; a few known labels and the party's own trained bottom complete a model. A heuristic without an
//              epsilon: a study must judge it by the leak audit's maximum over attacks (protocols/training/README.md, section 7).
namespace VerticalFL.Training.LabelProtection;

/// <summary>
/// Noise along each gradient that leaves a batch's rows with one common expected norm. The label party applies it to what it sends, not to its own part.
/// </summary>
public sealed class MaxNormNoise : IGradientProtection
{
    private static readonly byte[] Purpose = "max-norm"u8.ToArray();
    private readonly NoiseSeed _seed;

    /// <summary>Noise from a run's seed, which the caller disposes.</summary>
    public MaxNormNoise(NoiseSeed seed)
    {
        ArgumentNullException.ThrowIfNull(seed);
        _seed = seed;
    }

    /// <summary>Perturbs a batch. A row whose gradient is exactly zero stays zero: it has no direction to move along.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="gradient">Rows x width.</param>
    /// <param name="width">The width of the cut.</param>
    /// <param name="outcomes">Not looked at: norms are enough.</param>
    /// <param name="destination">As many values; may be the gradient itself.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Apply(long step, ReadOnlySpan<float> gradient, int width, ReadOnlySpan<float> outcomes, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (gradient.Length % width != 0 || destination.Length != gradient.Length)
        {
            throw new ArgumentException($"{gradient.Length} gradients into {destination.Length} values in rows of {width} do not fit.");
        }

        using var noise = new StepNoise(_seed, Purpose, step, gradient);
        double largest = 0;
        for (int start = 0; start < gradient.Length; start += width)
        {
            largest = Math.Max(largest, SquareNorm(gradient.Slice(start, width)));
        }

        for (int start = 0, rowNumber = 0; start < gradient.Length; start += width, rowNumber++)
        {
            ReadOnlySpan<float> row = gradient.Slice(start, width);
            double square = SquareNorm(row);
            double factor = square > 0 ? 1 + (Math.Sqrt((largest / square) - 1) * noise.Of(rowNumber)) : 0;
            for (int i = 0; i < width; i++)
            {
                destination[start + i] = (float)(row[i] * factor);
            }
        }
    }

    private static double SquareNorm(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float g in row)
        {
            sum += (double)g * g;
        }

        return sum;
    }
}
