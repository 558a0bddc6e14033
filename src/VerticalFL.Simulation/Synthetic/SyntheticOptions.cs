namespace VerticalFL.Simulation.Synthetic;

/// <summary>The size of a synthetic multi-omics consortium.</summary>
public sealed record SyntheticOptions
{
    /// <summary>How many patients at least one party knows: 100 to 10 million. Default: 1200, which trains in seconds.</summary>
    public int Patients { get; init; } = 1200;

    /// <summary>How many features each of the three omics blocks has: 1 to 20,000. Default: 48.</summary>
    public int Features { get; init; } = 48;

    /// <summary>The share of the patients that all parties know: 0.1 to 1. Default: 0.8.</summary>
    public double Overlap { get; init; } = 0.8;

    /// <summary>Decides every value; from 0. Default: 7.</summary>
    public int Seed { get; init; } = 7;

    /// <summary>The first option that is out of its range, with the range; null when all are within.</summary>
    public string? Problem =>
        Patients is < 100 or > 10_000_000 ? "patients must be from 100 to 10000000"
        : Features is < 1 or > 20_000 ? "features must be from 1 to 20000"
        : Overlap is not (>= 0.1 and <= 1) ? "overlap must be from 0.1 to 1"
        : Seed < 0 ? "seed must be 0 or more"
        : null;
}
