namespace VerticalFL.Cli.Benchmarks;

/// <summary>How much <see cref="ChannelBenchmark"/> measures.</summary>
internal sealed record ChannelBenchmarkOptions
{
    /// <summary>How much each measurement of throughput sends, in MiB. Default: 256.</summary>
    public int Megabytes { get; init; } = 256;

    /// <summary>Round trips in each measurement. Default: 2000.</summary>
    public int Trips { get; init; } = 2000;

    /// <summary>Measurements of each kind, taken in turns. Default: 5.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>What is out of bounds, as an option's name and a clause, or null.</summary>
    public string? Problem =>
        Megabytes is < 1 or > 1 << 20 ? $"megabytes is {Megabytes}; 1 to {1 << 20} are allowed"
        : Trips is < 1 or > 1_000_000 ? $"trips is {Trips}; 1 to 1000000 are allowed"
        : Rounds is < 1 or > 99 ? $"rounds is {Rounds}; 1 to 99 are allowed"
        : null;
}
