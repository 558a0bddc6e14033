using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Losses;

/// <summary>Makes the loss of a task.</summary>
public static class Loss
{
    /// <summary>The loss that a task is trained with.</summary>
    /// <param name="task">The kind of outcome.</param>
    /// <param name="classes">How many classes a multiclass task has, at least 2; not looked at for other tasks.</param>
    /// <param name="classWeights">A weight per class (two for binary), or empty for none; see <see cref="ClassWeighting"/>.</param>
    /// <exception cref="ArgumentException">The task, the number of classes or a weight is not usable.</exception>
    public static ILoss For(TaskKind task, int classes, ReadOnlySpan<float> classWeights = default) => task switch
    {
        TaskKind.Binary => new BinaryCrossEntropy(classWeights, KernelSet.Best),
        TaskKind.Multiclass => new SoftmaxCrossEntropy(classes, classWeights, KernelSet.Best),
        TaskKind.Regression => new MeanSquaredError(KernelSet.Best),
        TaskKind.Survival => new CoxPartialLikelihood(),
        _ => throw new ArgumentException($"There is no task {task}.", nameof(task)),
    };

    /// <summary>The loss that reads the outputs of a model that was trained with it. It judges nothing.</summary>
    /// <param name="task">The kind of outcome.</param>
    /// <param name="classes">How many classes a multiclass task has; not looked at for other tasks.</param>
    /// <param name="reportedOtherwise">How probable it was that an outcome was reported as the other one; 0 when true ones were trained on.</param>
    /// <exception cref="ArgumentException">The task or the number of classes is not usable.</exception>
    public static ILoss ToPredict(TaskKind task, int classes, double reportedOtherwise) =>
        reportedOtherwise > 0 ? new ReportedBinaryCrossEntropy([1, 1], reportedOtherwise) : For(task, classes);

    /// <summary>The weights as an array of one per class; ones when none are given.</summary>
    internal static float[] Weights(ReadOnlySpan<float> weights, int classes)
    {
        if (weights.IsEmpty)
        {
            float[] ones = new float[classes];
            Array.Fill(ones, 1f);
            return ones;
        }

        if (weights.Length != classes)
        {
            throw new ArgumentException($"{classes} classes need {classes} weights, not {weights.Length}.", nameof(weights));
        }

        foreach (float weight in weights)
        {
            if (!(float.IsFinite(weight) && weight >= 0))
            {
                throw new ArgumentException($"A class weight is finite and 0 or more; one is {weight}.", nameof(weights));
            }
        }

        return weights.ToArray();
    }

    /// <summary>Refuses lengths that do not fit together; returns the rows.</summary>
    internal static int CheckLengths(ReadOnlySpan<float> outputs, int width, BatchTargets targets, Span<float> gradient, bool events)
    {
        int rows = targets.Count;
        if (rows == 0 || outputs.Length != (long)rows * width)
        {
            throw new ArgumentException($"{rows} targets need {(long)rows * width} outputs and at least one row; there are {outputs.Length}.");
        }

        if (!gradient.IsEmpty && gradient.Length != outputs.Length)
        {
            throw new ArgumentException($"The gradient has the outputs' {outputs.Length} floats, not {gradient.Length}.", nameof(gradient));
        }

        if (targets.Events.Length != (events ? rows : 0))
        {
            throw new ArgumentException($"{(events ? rows : 0)} event marks are expected, not {targets.Events.Length}.", nameof(targets));
        }

        return rows;
    }

    /// <summary>Refuses a prediction span of another length.</summary>
    internal static void CheckPredictions(ReadOnlySpan<float> outputs, int width, Span<float> predictions)
    {
        if (outputs.Length != predictions.Length || outputs.Length % width != 0)
        {
            throw new ArgumentException(
                $"Predictions have the outputs' {outputs.Length} floats, rows of {width}; not {predictions.Length}.", nameof(predictions));
        }
    }
}
