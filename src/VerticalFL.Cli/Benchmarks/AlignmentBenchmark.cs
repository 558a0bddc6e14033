using System.Diagnostics;
using VerticalFL.Alignment;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// Times whole alignments: every party, in this process, from identifiers in memory to row numbers, over TCP on the loopback interface.
/// Each result is held against the plain intersection.
/// </summary>
internal static class AlignmentBenchmark
{
    private static readonly IdentifierColumn Column = new("patient_id", IdentifierKind.Text);

    /// <summary>Runs one alignment, then the repetitions.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">An alignment gave other rows than the plain intersection.</exception>
    public static async Task<AlignmentMeasurement> RunAsync(AlignmentBenchmarkOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        Require(options.Parties is >= 2 and <= 9, nameof(options.Parties), "2 to 9");
        Require(options.Size is >= 2 and <= 1 << 24, nameof(options.Size), "2 to 16777216");
        Require(options.Repeat is >= 0 and <= 100, nameof(options.Repeat), "0 to 100");
        Require(Aligner.Protocols.Contains(options.Protocol), nameof(options.Protocol), string.Join(" or ", Aligner.Protocols));

        PartyId[] parties = [.. Enumerable.Range(0, options.Parties).Select(i => new PartyId(i == 0 ? "hospital" : $"lab-{i}"))];
        string[][] identifiers = Identifiers(options);
        using ThrowawayKeys? keys = options.Tls ? new ThrowawayKeys(parties) : null;
        (AlignmentTime first, long bytes, IReadOnlyList<AlignmentStage> stages) = await MeasureAsync(options, parties, identifiers, keys, cancellationToken);
        var runs = new List<AlignmentTime>();
        for (int i = 0; i < options.Repeat; i++)
        {
            GC.Collect();
            (AlignmentTime run, _, stages) = await MeasureAsync(options, parties, identifiers, keys, cancellationToken);
            runs.Add(run);
        }

        IReadOnlyList<AlignmentTime> judged = runs.Count > 0 ? runs : [first];
        using var process = Process.GetCurrentProcess();
        return new AlignmentMeasurement(
            options.Protocol,
            options.Parties,
            options.Size,
            options.Tls,
            options.Size / 2,
            Median(judged.Select(r => r.Seconds)),
            Median(judged.Select(r => r.CpuSeconds)),
            Math.Round((double)bytes / options.Size / (options.Parties - 1), 2),
            process.PeakWorkingSet64 >> 20,
            first,
            runs,
            options.Stages ? stages : null);
    }

    private static async Task<(AlignmentTime Time, long Bytes, IReadOnlyList<AlignmentStage> Stages)> MeasureAsync(
        AlignmentBenchmarkOptions options,
        PartyId[] parties,
        string[][] identifiers,
        ThrowawayKeys? keys,
        CancellationToken cancellationToken)
    {
        await using PartyMesh mesh = await PartyMesh.ConnectAsync(parties, keys, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        (AlignmentResult Result, IReadOnlyList<AlignmentStage> Stages)[] ends = await Task.WhenAll(parties.Select((party, i) => Task.Run(
            async () =>
            {
                var clock = new StageClock(party.Value, start);
                AlignmentResult result = await Aligner.RunAsync(
                    RoleOf(party, parties, options.Protocol),
                    [ItemSet.Build(default, [Column], [identifiers[i]])],
                    mesh.Channels[i],
                    clock,
                    cancellationToken);
                return (result, clock.Stop());
            },
            cancellationToken)));
        var time = new AlignmentTime(
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 4),
            Math.Round((Environment.CpuUsage.TotalTime - used).TotalSeconds, 4));
        Check([.. ends.Select(e => e.Result)], identifiers);
        return (time, parties.Select((_, i) => mesh.BytesSent(i)).Sum(), [.. ends.SelectMany(e => e.Stages)]);
    }

    private static AlignmentRole RoleOf(PartyId self, PartyId[] parties, string protocol) => new()
    {
        Self = self, Leader = parties[0], Parties = parties, Study = default, Run = default, Attempt = 1, MinimumPatients = 1, Protocol = protocol,
    };

    /// <summary>Half of every party's identifiers are everybody's, the others its own.</summary>
    private static string[][] Identifiers(AlignmentBenchmarkOptions options)
    {
        string[] common = [.. Enumerable.Range(0, options.Size / 2).Select(i => $"{i:D8}")];
        return [.. Enumerable.Range(1, options.Parties).Select(p =>
            (string[])[.. common, .. Enumerable.Range(options.Size / 2, options.Size - (options.Size / 2)).Select(i => $"{p}{i:D8}")])];
    }

    private static void Check(AlignmentResult[] results, string[][] identifiers)
    {
        int common = identifiers[0].Length / 2;
        IReadOnlyList<int> rows = results[0].Rows;
        if (rows.Count != common || rows.Any(r => r >= common) || results.Any(r => !r.Rows.SequenceEqual(rows)))
        {
            throw new InvalidOperationException($"The alignment gave other rows than the {common} common identifiers in one order.");
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return Math.Round((sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2, 4);
    }

    private static void Require(bool fits, string name, string range)
    {
        if (!fits)
        {
            throw new ArgumentException($"--{name.ToLowerInvariant()} takes {range}.");
        }
    }
}
