// Calibration intercept and slope.
// What:       the logistic regression of the outcome on the logit of the predicted probability, by Newton's method.
// Reference:  Cox 1958, "Two further applications of a model for binary regression"; Van Calster et al. 2019, "Calibration: the Achilles
//             heel of predictive analytics" (a slope below 1 says that predictions are too extreme).
namespace VerticalFL.Training.Metrics;

/// <summary>Whether predicted probabilities are too extreme or too timid.</summary>
/// <param name="Intercept">Log odds that must be added; 0 is ideal.</param>
/// <param name="Slope">What the predicted log odds must be multiplied by; 1 is ideal, below 1 the predictions are too extreme.</param>
public readonly record struct CalibrationLine(double Intercept, double Slope)
{
    // A probability of exactly 0 or 1 has no logit; this is what float32 resolves below 1.
    private const double SmallestProbability = 1.1920928955078125e-7;
    private const int MostSteps = 50;
    private const double LargestSlope = 1000;

    // Close to the optimum the deviance of a good step differs by less than its own rounding.
    private const double Rounding = 1e-11;

    /// <summary>Fits the line; null when one of the outcomes does not occur, when all predictions are equal, or when they separate the outcomes.</summary>
    /// <param name="probabilities">Probabilities of the positive outcome, in [0, 1].</param>
    /// <param name="positive">The outcomes, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static CalibrationLine? Fit(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> positive)
    {
        Lengths.MustBeEqual(probabilities.Length, positive.Length);
        if (!positive.Contains(true) || !positive.Contains(false))
        {
            return null;
        }

        double[] logits = new double[probabilities.Length];
        for (int i = 0; i < logits.Length; i++)
        {
            double p = Math.Clamp(probabilities[i], SmallestProbability, 1 - SmallestProbability);
            logits[i] = Math.Log(p / (1 - p));
        }

        (double intercept, double slope) = (0, 1);
        double deviance = Deviance(logits, positive, intercept, slope);
        for (int step = 0; step < MostSteps; step++)
        {
            (double byIntercept, double bySlope) = NewtonStep(logits, positive, intercept, slope);
            double share = 1;
            double tried = Deviance(logits, positive, intercept + byIntercept, slope + bySlope);
            for (; !(tried <= deviance + (Rounding * (1 + deviance))) && share > 1e-6; tried = Deviance(logits, positive, intercept + (share * byIntercept), slope + (share * bySlope)))
            {
                share /= 2;
            }

            (intercept, slope, deviance) = (intercept + (share * byIntercept), slope + (share * bySlope), tried);
            if (!double.IsFinite(intercept + slope) || Math.Abs(slope) > LargestSlope)
            {
                return null;
            }

            if (Math.Abs(byIntercept) + Math.Abs(bySlope) < 1e-10)
            {
                return new CalibrationLine(intercept, slope);
            }
        }

        return null;
    }

    private static (double Intercept, double Slope) NewtonStep(double[] logits, ReadOnlySpan<bool> positive, double intercept, double slope)
    {
        double score0 = 0, score1 = 0, h00 = 0, h01 = 0, h11 = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double p = 1 / (1 + Math.Exp(-intercept - (slope * logits[i])));
            double error = (positive[i] ? 1 : 0) - p;
            double weight = p * (1 - p);
            score0 += error;
            score1 += error * logits[i];
            h00 += weight;
            h01 += weight * logits[i];
            h11 += weight * logits[i] * logits[i];
        }

        // Not a number without a spread of predictions: the caller takes that for no line.
        double determinant = (h00 * h11) - (h01 * h01);
        return determinant <= 1e-12 * h00 * h11
            ? (double.NaN, double.NaN)
            : (((h11 * score0) - (h01 * score1)) / determinant, ((h00 * score1) - (h01 * score0)) / determinant);
    }

    private static double Deviance(double[] logits, ReadOnlySpan<bool> positive, double intercept, double slope)
    {
        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            double z = intercept + (slope * logits[i]);
            double signed = positive[i] ? -z : z;
            sum += signed > 0 ? signed + Math.Log(1 + Math.Exp(-signed)) : Math.Log(1 + Math.Exp(signed));
        }

        return sum;
    }
}
