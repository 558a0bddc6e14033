namespace VerticalFL.Cli.Benchmarks;

/// <summary>One training.</summary>
/// <param name="StepMilliseconds">A step of the whole federation, from one to the next.</param>
/// <param name="CpuMilliseconds">Processor time of all parties for it, user and system.</param>
internal sealed record TrainingTime(double StepMilliseconds, double CpuMilliseconds);

/// <summary>What <see cref="TrainingBenchmark"/> found. Times are medians of the repetitions.</summary>
internal sealed record TrainingMeasurement
{
    /// <summary>Parties, all in this process; they speak mutual TLS over the loopback interface.</summary>
    public required int Parties { get; init; }

    /// <summary>Columns of each party's table.</summary>
    public required int Features { get; init; }

    /// <summary>Width of each bottom model's hidden layer.</summary>
    public required int Hidden { get; init; }

    /// <summary>Width of the cut.</summary>
    public required int Cut { get; init; }

    /// <summary>Rows a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Rows that the federation trains on in a second.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>A step of the whole federation.</summary>
    public required double StepMilliseconds { get; init; }

    /// <summary>Processor time of all parties for a step.</summary>
    public required double CpuMilliseconds { get; init; }

    /// <summary>What one bottom model alone takes for a step, forward, backward and optimiser, on one thread.</summary>
    public required double BottomMilliseconds { get; init; }

    /// <summary>Bytes of all parties' messages a row and step, before TLS.</summary>
    public required double BytesPerSample { get; init; }

    /// <summary>
    /// The share of a step's processor time that all parties spend on privacy: encoding, masking, adding in the ring and decoding.
    /// </summary>
    public required double MaskSharePercent { get; init; }

    /// <summary>The process's first training, with what compiling costs.</summary>
    public required TrainingTime First { get; init; }

    /// <summary>Every repetition, in order.</summary>
    public required IReadOnlyList<TrainingTime> Runs { get; init; }
}
