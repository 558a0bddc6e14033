namespace VerticalFL.Messages.Studies;

/// <summary>What the coordinator may be told about a run.</summary>
public enum ReleasedTelemetry
{
    /// <summary>Station and percent.</summary>
    Progress,

    /// <summary>The loss on the validation rows, an aggregate.</summary>
    ValidationLoss,

    /// <summary>Rows per second.</summary>
    Throughput,
}

/// <summary>What is released to whom.</summary>
public sealed record PrivacySettings
{
    /// <summary>
    /// The ring of the masked sums: <c>u32.20</c>, 32 bits with 20 of them behind the point, or <c>u16.8</c>, 16 bits with 8 of them behind the point, which
    /// halves the bytes. With <see cref="ReleaseNoise"/> or <see cref="DifferentialPrivacy"/> it is <c>u64.24</c>, 64 bits with 24 of them behind the point. Default: <c>u32.20</c>.
    /// </summary>
    public string Ring { get; init; } = "u32.20";

    /// <summary>Noise on each row of activations that leaves a feature party. Default (null): none.</summary>
    public ReleaseNoiseSettings? ReleaseNoise { get; init; }

    /// <summary>Differential privacy at patient level. Default (null): none.</summary>
    public DifferentialPrivacySettings? DifferentialPrivacy { get; init; }

    /// <summary>What the coordinator may be told. Default: station and percent; the place among several models follows from them.</summary>
    public IReadOnlyList<ReleasedTelemetry> Release { get; init; } = [ReleasedTelemetry.Progress];
}
