namespace VerticalFL.Messages.Studies;

/// <summary>
/// Differential privacy at patient level (<c>protocols/training/privacy.md</c>): noise on every row that is released, activations and gradients, and on every
/// weight's gradient, composed over all epochs.
/// </summary>
public sealed record DifferentialPrivacySettings
{
    /// <summary>The most that one party's data of one patient may tell, above 0, at most 1000. It has no default.</summary>
    public double Epsilon { get; init; }

    /// <summary>The probability that <see cref="Epsilon"/> does not bound: above 0, at most 1e-6 and a tenth of one patient of the cohort. Default: 1e-6.</summary>
    public double Delta { get; init; } = 1e-6;

    /// <summary>The L2 norm to which rows of activations, rows of gradients and each patient's gradient of the weights are shortened, .01 to 100. Default: 1.</summary>
    public double ClippingNorm { get; init; } = 1;
}
