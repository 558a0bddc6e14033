namespace VerticalFL.Cli.Benchmarks;

/// <summary>One alignment, or the medians of several.</summary>
/// <param name="Seconds">From identifiers in memory to row numbers at every party.</param>
/// <param name="CpuSeconds">Processor time of all parties together, user and system.</param>
internal sealed record AlignmentTime(double Seconds, double CpuSeconds)
{
    /// <summary>Rounded to what a clock can tell.</summary>
    public static AlignmentTime Of(TimeSpan wall, TimeSpan cpu) => new(Math.Round(wall.TotalSeconds, 4), Math.Round(cpu.TotalSeconds, 4));
}

/// <summary>One party's time at one stage of an alignment, its waiting for others included.</summary>
/// <param name="Party">The party.</param>
/// <param name="Stage"><c>identifiers</c> (normalising and hashing), or a step of the alignment.</param>
/// <param name="Seconds">From its beginning to the next stage's.</param>
internal sealed record AlignmentStage(string Party, string Stage, double Seconds);

/// <summary>One party's process, where each party has one.</summary>
/// <param name="Party">The party.</param>
/// <param name="CpuSeconds">Its processor time in the last alignment, user and system.</param>
/// <param name="PeakRssMiB">The most memory that it has ever held, in MiB: its identifiers, the runtime and all alignments.</param>
internal sealed record AlignmentProcess(string Party, double CpuSeconds, long PeakRssMiB);

/// <summary>What <see cref="AlignmentBenchmark"/> found.</summary>
/// <param name="Protocol">The OPRF of the star.</param>
/// <param name="Parties">How many parties.</param>
/// <param name="Size">Identifiers of each party.</param>
/// <param name="Tls">Whether the parties spoke TLS.</param>
/// <param name="Intersection">Common identifiers: all were found, in the same order at every party.</param>
/// <param name="Seconds">Median of the repetitions, or the first alignment when there are none.</param>
/// <param name="CpuSeconds">The same for all parties' processor time.</param>
/// <param name="BytesPerItem">Bytes of all parties' messages, before TLS, divided by the followers and <paramref name="Size"/>.</param>
/// <param name="PeakRssMiB">The most memory that the process has ever held, in MiB: all parties and their identifiers; of several processes the largest.</param>
/// <param name="First">The first alignment, with what compiling costs.</param>
/// <param name="Runs">Every repetition, in order.</param>
/// <param name="Processes">Each party's process; or null, when all are in one.</param>
/// <param name="Stages">Where the last of them spent its time; or null, when that was not asked for.</param>
internal sealed record AlignmentMeasurement(
    string Protocol,
    int Parties,
    int Size,
    bool Tls,
    int Intersection,
    double Seconds,
    double CpuSeconds,
    double BytesPerItem,
    long PeakRssMiB,
    AlignmentTime First,
    IReadOnlyList<AlignmentTime> Runs,
    IReadOnlyList<AlignmentProcess>? Processes,
    IReadOnlyList<AlignmentStage>? Stages);
