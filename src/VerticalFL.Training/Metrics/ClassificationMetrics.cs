// Measures over hard class decisions, and over class probabilities.
// Reference:  definitions as in scikit-learn 1.x (accuracy_score, f1_score with zero_division=0, log_loss, brier_score_loss,
//             roc_auc_score with multi_class="ovr", average="macro").
namespace VerticalFL.Training.Metrics;

/// <summary>Measures for two and for several classes. Where a class never occurs and is never predicted, its F1 counts as 0.</summary>
public static class ClassificationMetrics
{
    // What float32 resolves just below 1; keeps a confident wrong answer finite.
    private const double SmallestProbability = 1.1920928955078125e-7;

    /// <summary>The share of rows whose predicted class is the true one; null without rows.</summary>
    public static double? Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> classes)
    {
        Lengths.MustBeEqual(predicted.Length, classes.Length);
        int right = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            right += predicted[i] == classes[i] ? 1 : 0;
        }

        return classes.Length == 0 ? null : (double)right / classes.Length;
    }

    /// <summary>The F1 score of each class: 2 TP / (2 TP + FP + FN), 0 when the class neither occurs nor is predicted.</summary>
    /// <param name="predicted">Predicted classes from 0.</param>
    /// <param name="classes">True classes from 0, as many.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <returns>One score per class, and the number of its rows.</returns>
    public static IReadOnlyList<(double F1, int Rows)> F1PerClass(ReadOnlySpan<int> predicted, ReadOnlySpan<int> classes, int classCount)
    {
        Lengths.MustBeEqual(predicted.Length, classes.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        var hits = new long[classCount];
        var said = new long[classCount];
        var rows = new int[classCount];
        for (int i = 0; i < classes.Length; i++)
        {
            hits[classes[i]] += predicted[i] == classes[i] ? 1 : 0;
            said[predicted[i]]++;
            rows[classes[i]]++;
        }

        return [.. Enumerable.Range(0, classCount).Select(c => (said[c] + rows[c] == 0 ? 0 : 2.0 * hits[c] / (said[c] + rows[c]), rows[c]))];
    }

    /// <summary>The mean of the classes' F1 scores over classes that occur or are predicted; null without rows.</summary>
    public static double? F1Macro(ReadOnlySpan<int> predicted, ReadOnlySpan<int> classes, int classCount)
    {
        IReadOnlyList<(double F1, int Rows)> scores = F1PerClass(predicted, classes, classCount);
        var present = new bool[classCount];
        for (int i = 0; i < classes.Length; i++)
        {
            present[classes[i]] = true;
            present[predicted[i]] = true;
        }

        return classes.Length == 0 ? null : scores.Where((_, c) => present[c]).Average(s => s.F1);
    }

    /// <summary>The mean of the classes' F1 scores weighted by their rows; null without rows.</summary>
    public static double? F1Weighted(ReadOnlySpan<int> predicted, ReadOnlySpan<int> classes, int classCount)
    {
        IReadOnlyList<(double F1, int Rows)> scores = F1PerClass(predicted, classes, classCount);
        return classes.Length == 0 ? null : scores.Sum(s => s.F1 * s.Rows) / classes.Length;
    }

    /// <summary>Mean of -ln p(true class), probabilities clamped to at least 2^-23; null without rows.</summary>
    /// <param name="probabilities">Rows x classes; each row sums to 1.</param>
    /// <param name="classes">True classes.</param>
    /// <param name="classCount">How many classes there are.</param>
    public static double? LogLoss(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> classes, int classCount)
    {
        Lengths.MustBeEqual(probabilities.Length, classes.Length * classCount);
        double sum = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            sum -= Math.Log(Math.Max(probabilities[(i * classCount) + classes[i]], SmallestProbability));
        }

        return classes.Length == 0 ? null : sum / classes.Length;
    }

    /// <summary>Mean of the squared distance between the probability of the positive outcome and the outcome (Brier 1950); null without rows.</summary>
    public static double? Brier(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> positive)
    {
        Lengths.MustBeEqual(probabilities.Length, positive.Length);
        double sum = 0;
        for (int i = 0; i < positive.Length; i++)
        {
            double error = (double)probabilities[i] - (positive[i] ? 1 : 0);
            sum += error * error;
        }

        return positive.Length == 0 ? null : sum / positive.Length;
    }

    /// <summary>Mean over the classes of the AUC "this class against the rest"; null when a class does not occur.</summary>
    /// <param name="probabilities">Rows x classes.</param>
    /// <param name="classes">True classes.</param>
    /// <param name="classCount">How many classes there are.</param>
    public static double? MacroAuc(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> classes, int classCount)
    {
        Lengths.MustBeEqual(probabilities.Length, classes.Length * classCount);
        var scores = new float[classes.Length];
        var isClass = new bool[classes.Length];
        double sum = 0;
        for (int c = 0; c < classCount; c++)
        {
            for (int i = 0; i < scores.Length; i++)
            {
                scores[i] = probabilities[(i * classCount) + c];
                isClass[i] = classes[i] == c;
            }

            if (RocCurve.Auc(scores, isClass) is not { } auc)
            {
                return null;
            }

            sum += auc;
        }

        return sum / classCount;
    }
}
