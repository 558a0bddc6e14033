// Cross entropy of labels that were reported the other way with a known probability.
// What:        q = f + (1 - 2 f) logistic(x) is the probability of a reported 1; loss = -weight[y] (y log q + (1 - y) log(1 - q)).
// Reference:   Patrini et al. 2017, "Making Deep Neural Networks Robust to Label Noise: a Loss Correction Approach" (CVPR), theorem 2 (forward correction):
//              its minimiser is that of the true labels' loss, so x is the logit of the true outcome.
namespace VerticalFL.Training.Losses;

/// <summary>The binary loss for reported labels; predictions are of the true outcome.</summary>
internal sealed class ReportedBinaryCrossEntropy : ILoss
{
    private readonly float[] _weights;
    private readonly double _flip;

    /// <param name="classWeights">A weight per reported class, or empty.</param>
    /// <param name="flip">The probability that a label was reported the other way: above 0, below one half.</param>
    public ReportedBinaryCrossEntropy(ReadOnlySpan<float> classWeights, double flip)
    {
        if (!(flip is > 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(flip), flip, "The probability is above 0 and below one half.");
        }

        (_weights, _flip) = (Loss.Weights(classWeights, 2), flip);
    }

    public LossKind Kind => LossKind.BinaryCrossEntropy;

    public int Outputs => 1;

    public double Evaluate(ReadOnlySpan<float> outputs, BatchTargets targets, Span<float> gradient)
    {
        int rows = Loss.CheckLengths(outputs, Outputs, targets, gradient, events: false);
        double sum = 0;
        for (int i = 0; i < rows; i++)
        {
            int y = ClassWeighting.ClassNumber(targets.Values[i], 2);
            double p = Logistic(outputs[i]);
            double q = _flip + ((1 - (2 * _flip)) * p);
            double weight = _weights[y];
            sum -= weight * Math.Log(y == 1 ? q : 1 - q);
            if (!gradient.IsEmpty)
            {
                double slope = (1 - (2 * _flip)) * p * (1 - p);
                gradient[i] = (float)(weight * (q - y) / (q * (1 - q)) * slope / targets.BatchRows);
            }
        }

        return sum / targets.BatchRows;
    }

    public void Predict(ReadOnlySpan<float> outputs, Span<float> predictions)
    {
        Loss.CheckPredictions(outputs, Outputs, predictions);
        for (int i = 0; i < outputs.Length; i++)
        {
            predictions[i] = (float)Logistic(outputs[i]);
        }
    }

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));
}
