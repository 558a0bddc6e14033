using VerticalFL.Data.Preprocessing;

namespace VerticalFL.Simulation.Synthetic;

/// <summary>A made-up column. Its value follows <c>v = loading * signal + noise</c>, with mean 0 and variance 1.</summary>
/// <param name="Party">The party that holds it, by index.</param>
/// <param name="Name">The name.</param>
/// <param name="Signal">Which of the patient's hidden signals it shows.</param>
/// <param name="Loading">How clearly, -1 to 1.</param>
internal sealed record SyntheticColumn(int Party, string Name, int Signal, double Loading)
{
    /// <summary>Numbers: the mean, or the median of skewed ones.</summary>
    public double Center { get; init; }

    /// <summary>Numbers: the standard deviation, of the logarithm for skewed ones.</summary>
    public double Spread { get; init; } = 1;

    /// <summary>Numbers: whether the value is <c>Center * exp(Spread * v)</c>, as concentrations are.</summary>
    public bool Skewed { get; init; }

    /// <summary>Numbers: digits behind the point.</summary>
    public int Decimals { get; init; } = 4;

    /// <summary>Numbers: nothing smaller is written.</summary>
    public double Least { get; init; } = double.NegativeInfinity;

    /// <summary>Numbers: nothing larger is written.</summary>
    public double Most { get; init; } = double.PositiveInfinity;

    /// <summary>Categories: levels in ascending order of v; empty for numbers.</summary>
    public string[] Levels { get; init; } = [];

    /// <summary>Categories: each level's share; they sum to 1.</summary>
    public double[] Shares { get; init; } = [];

    /// <summary>The share of missing cells.</summary>
    public double Missing { get; init; }
}

/// <summary>A made-up consortium of three parties: who knows whom, which columns, which outcome.</summary>
internal sealed record CohortShape
{
    public static readonly string[] Parties = ["hospital", "lab", "pharmacy"];

    /// <summary>The study's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many patients are known by each set of parties; index: 1 for the hospital + 2 for the lab + 4 for the pharmacy.</summary>
    public required int[] Known { get; init; }

    /// <summary>How many of the common patients train; the others test.</summary>
    public required int Train { get; init; }

    /// <summary>What the hospital's split column says of patients that are not common to all; null: drawn like the others.</summary>
    public string? OtherSplit { get; init; }

    /// <summary>The outcome.</summary>
    public required OutcomeKind Outcome { get; init; }

    /// <summary>
    /// The weight of each hidden signal: in the log odds, in the log hazard, or, for classes, how far class i shifts signal i.
    /// </summary>
    public required double[] Weights { get; init; }

    /// <summary>The log odds' constant, or the median time of survival. Unused for classes.</summary>
    public double Base { get; init; }

    /// <summary>The model's preset in study.json.</summary>
    public required string Preset { get; init; }

    /// <summary>Rows a step in study.json.</summary>
    public required int Batch { get; init; }

    /// <summary>Every column but identifier, outcome and split.</summary>
    public required SyntheticColumn[] Columns { get; init; }

    /// <summary>The common patients.</summary>
    public int Intersection => Known[7];
}
