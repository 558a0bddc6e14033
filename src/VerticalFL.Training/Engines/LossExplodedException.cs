using System.Globalization;

namespace VerticalFL.Training.Engines;

/// <summary>Training has diverged: its numbers are still finite, and nothing can come of it any more.</summary>
public sealed class LossExplodedException : ArithmeticException
{
    /// <summary>
    /// The mean loss of a batch above which training is over: 1000. A model that knows nothing has .69 (binary), ln K (K classes), 1 (a number, which is standardised) or at most
    /// the logarithm of the batch (survival).
    /// </summary>
    public const double Limit = 1000;

    /// <summary>Names the place.</summary>
    /// <param name="loss">The batch's mean loss.</param>
    /// <param name="step">The training step.</param>
    /// <param name="learningRate">The study's.</param>
    public LossExplodedException(double loss, long step, double learningRate)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"The loss has exploded: the top model's loss is {loss:g4} at step {step}, where a model that knows nothing has about 1: lower training.optimizer.learningRate, which is {learningRate:g4}, let it warm up by training.schedule, or use layerNorm."))
    {
        (Loss, Step) = (loss, step);
    }

    /// <summary>Makes the exception.</summary>
    public LossExplodedException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public LossExplodedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public LossExplodedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The batch's mean loss.</summary>
    public double Loss { get; }

    /// <summary>The training step.</summary>
    public long Step { get; }
}
