using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Training.Split;

/// <summary>What only tests may change.</summary>
internal sealed record TrainingSwitches
{
    public static readonly TrainingSwitches Default = new();

    /// <summary>Whether feature parties mask what they send. Without masks the sums must be the same bit for bit.</summary>
    public bool Masks { get; init; } = true;

    /// <summary>Makes the noise of label protection. Default: from the operating system's generator.</summary>
    public Func<MaxNormNoise> MakeNoise { get; init; } = () => new MaxNormNoise();
}
