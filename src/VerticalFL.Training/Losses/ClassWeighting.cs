using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.Losses;

/// <summary>Weights that make classes count as a study asks.</summary>
public static class ClassWeighting
{
    /// <summary>
    /// A weight per class: ones for <see cref="ClassWeights.None"/>; rows / (classes that occur * rows of the class) for <see
    /// cref="ClassWeights.Balanced"/>, so that
    /// the classes count the same in total and the mean weight is 1. A class without rows has weight 0.
    /// </summary>
    /// <param name="kind">How to weight.</param>
    /// <param name="labels">The training rows' class numbers, from 0.</param>
    /// <param name="classes">How many classes there are, at least 2.</param>
    /// <exception cref="ArgumentException">There is no label, or one is not a class number.</exception>
    public static float[] Compute(ClassWeights kind, ReadOnlySpan<float> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (labels.IsEmpty)
        {
            throw new ArgumentException("Class weights need at least one training row.", nameof(labels));
        }

        int[] counts = new int[classes];
        foreach (float label in labels)
        {
            counts[ClassNumber(label, classes)]++;
        }

        int present = counts.Count(count => count > 0);
        float[] weights = new float[classes];
        for (int c = 0; c < classes; c++)
        {
            weights[c] = kind switch
            {
                ClassWeights.None => 1f,
                ClassWeights.Balanced => counts[c] == 0 ? 0f : (float)((double)labels.Length / ((double)present * counts[c])),
                _ => throw new ArgumentException($"There is no class weighting {kind}.", nameof(kind)),
            };
        }

        return weights;
    }

    /// <summary>The class number that a target stands for.</summary>
    internal static int ClassNumber(float label, int classes)
    {
        // Not a number fails the first comparison.
        if (!(label >= 0 && label < classes) || label != MathF.Floor(label))
        {
            throw new ArgumentException($"A label is a class number from 0 to {classes - 1}; one is {label}.");
        }

        return (int)label;
    }
}
