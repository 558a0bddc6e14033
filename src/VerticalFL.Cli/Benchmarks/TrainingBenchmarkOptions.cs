namespace VerticalFL.Cli.Benchmarks;

/// <summary>What <see cref="TrainingBenchmark"/> measures.</summary>
internal sealed record TrainingBenchmarkOptions
{
    /// <summary>How many parties, the label party among them; at least two must be feature parties. Default: 3.</summary>
    public int Parties { get; init; } = 3;

    /// <summary>Columns of each party's prepared table. Default: 1000.</summary>
    public int Features { get; init; } = 1000;

    /// <summary>Width of each bottom model's one hidden layer. Default: 256.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Width of the cut. Default: 64.</summary>
    public int Cut { get; init; } = 64;

    /// <summary>Rows a step. Default: 256.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Steps that each training times. Default: 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Trainings after the process's first one; medians are theirs. Default: 5.</summary>
    public int Repeat { get; init; } = 5;

    /// <summary>What is out of bounds, as an option's name and a clause, or null.</summary>
    public string? Problem =>
        Parties is < 3 or > 9 ? $"parties is {Parties}; 3 to 9 are allowed, for a sum hides nothing with fewer than two feature parties"
        : Features is < 1 or > 65_536 ? $"features is {Features}; 1 to 65536 are allowed"
        : Hidden is < 1 or > 4096 ? $"hidden is {Hidden}; 1 to 4096 are allowed"
        : Cut is < 1 or > 1024 ? $"cut is {Cut}; 1 to 1024 are allowed"
        : Batch is < 1 or > 1024 ? $"batch is {Batch}; 1 to 1024 are allowed"
        : Steps is < 1 or > 1_000_000 ? $"steps is {Steps}; 1 to 1000000 are allowed"
        : Repeat is < 1 or > 99 ? $"repeat is {Repeat}; 1 to 99 are allowed"
        : (long)Parties * Features * Batch > 1 << 26 ? $"features is {Features}; with {Parties} parties and batches of {Batch} rows at most {(1 << 26) / Parties / Batch} are allowed"
        : null;
}
