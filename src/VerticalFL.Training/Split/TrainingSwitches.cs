namespace VerticalFL.Training.Split;

/// <summary>What only tests may change.</summary>
internal sealed record TrainingSwitches
{
    public static readonly TrainingSwitches Default = new();

    /// <summary>Whether feature parties mask what they send. Without masks the sums must be the same bit for bit.</summary>
    public bool Masks { get; init; } = true;

    /// <summary>
    /// How many microbatches make a batch, as far as its rows allow; 1 is lockstep. Null: by the public rule. The result must be the same bit for bit.
    /// </summary>
    public int? Microbatches { get; init; }

    /// <summary>Whether feature parties compute by microbatches. Null: when the network is slow. The result must be the same bit for bit.</summary>
    public bool? ByParts { get; init; }
}
