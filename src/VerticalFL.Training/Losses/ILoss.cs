namespace VerticalFL.Training.Losses;

/// <summary>A loss over a batch. It keeps scratch memory: not for two threads at once.</summary>
public interface ILoss
{
    /// <summary>Which loss.</summary>
    LossKind Kind { get; }

    /// <summary>Columns of the model's output.</summary>
    int Outputs { get; }

    /// <summary>The mean loss over the rows, and its gradient: the sum over these rows divided by <see cref="BatchTargets.BatchRows"/>.</summary>
    /// <param name="outputs">rows x <see cref="Outputs"/>, row-major.</param>
    /// <param name="targets">One target a row, at least one row.</param>
    /// <param name="gradient">Receives the gradient with respect to the outputs, in their shape; empty when only the value is wanted.</param>
    /// <returns>The mean over the rows; not finite when an output is not.</returns>
    /// <exception cref="ArgumentException">A length is wrong, or a target is none of this loss, or the loss ranks a batch and gets a part of it.</exception>
    double Evaluate(ReadOnlySpan<float> outputs, BatchTargets targets, Span<float> gradient);

    /// <summary>Turns outputs into predictions: probabilities of the class(es), the standardised number, or the log risk.</summary>
    /// <param name="outputs">rows x <see cref="Outputs"/>.</param>
    /// <param name="predictions">Receives the same shape.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    void Predict(ReadOnlySpan<float> outputs, Span<float> predictions);
}
