namespace VerticalFL.Cli.Benchmarks;

/// <summary>What <see cref="AlignmentBenchmark"/> measures.</summary>
internal sealed record AlignmentBenchmarkOptions
{
    /// <summary>How many parties, 2 to 9. Default: 2.</summary>
    public int Parties { get; init; } = 2;

    /// <summary>Identifiers of each party, 2 to 2^24; half of them are common to all. Default: 2^20.</summary>
    public int Size { get; init; } = 1 << 20;

    /// <summary>The OPRF of the star. Default: <c>vole</c>, as in a study.</summary>
    public string Protocol { get; init; } = "vole";

    /// <summary>Whether the parties speak mutual TLS, as agents do. Default: no.</summary>
    public bool Tls { get; init; }

    /// <summary>Whether each party has a process of its own. Default: no, all are in this one.</summary>
    public bool Processes { get; init; }

    /// <summary>How many alignments follow the first one of the parties' processes, 0 to 100. Default: 5.</summary>
    public int Repeat { get; init; } = 5;

    /// <summary>Whether to tell where the time went, stage by stage and party by party. Default: no.</summary>
    public bool Stages { get; init; }
}
