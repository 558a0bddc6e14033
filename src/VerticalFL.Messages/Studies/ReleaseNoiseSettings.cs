namespace VerticalFL.Messages.Studies;

/// <summary>Noise that every feature party adds to each row of activations that it releases. It carries no epsilon.</summary>
public sealed record ReleaseNoiseSettings
{
    /// <summary>Standard deviation of one party's noise over <see cref="ClippingNorm"/>, .01 to 100. It has no default.</summary>
    public double Multiplier { get; init; }

    /// <summary>The L2 norm to which each party's row is shortened, .01 to 100. Default: 1.</summary>
    public double ClippingNorm { get; init; } = 1;
}
