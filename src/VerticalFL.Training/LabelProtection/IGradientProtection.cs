namespace VerticalFL.Training.LabelProtection;

/// <summary>Perturbs a whole batch's gradients before they leave the label party, so that they tell less about each patient's outcome.</summary>
public interface IGradientProtection
{
    /// <summary>Perturbs a batch. The same step with the same gradients repeats its noise; other gradients get other noise.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="gradient">Rows x width.</param>
    /// <param name="width">The width of the cut.</param>
    /// <param name="outcomes">The rows' outcomes as the loss takes them, one a row.</param>
    /// <param name="destination">As many values as there are gradients; may be the gradient itself.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    void Apply(long step, ReadOnlySpan<float> gradient, int width, ReadOnlySpan<float> outcomes, Span<float> destination);
}
