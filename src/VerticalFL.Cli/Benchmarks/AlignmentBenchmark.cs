using System.Diagnostics;
using VerticalFL.Alignment;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// Times whole alignments: every party, from identifiers in memory to row numbers, over TCP on the loopback interface, all in this process or each in
/// one of its own. Each result is held against the plain intersection.
/// </summary>
internal static class AlignmentBenchmark
{
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

        using ThrowawayKeys? keys = options.Tls ? new ThrowawayKeys(AlignmentParty.IdsOf(options.Parties)) : null;
        await using IAlignmentParties parties = options.Processes ? new PartyProcesses(options, keys) : new PartiesInProcess(options, keys);
        var rounds = new List<AlignmentRound>();
        for (int i = 0; i <= options.Repeat; i++)
        {
            AlignmentRound round = await parties.RunAsync(cancellationToken);
            rounds.Add(round.Ends.All(e => e.Rows == round.Ends[0].Rows)
                ? round
                : throw new InvalidOperationException("The alignment gave the parties the common identifiers in different orders."));
        }

        AlignmentTime[] runs = [.. rounds.Skip(1).Select(r => r.Time)];
        AlignmentTime[] judged = runs.Length > 0 ? runs : [rounds[0].Time];
        using var process = Process.GetCurrentProcess();
        return new AlignmentMeasurement(
            options.Protocol,
            options.Parties,
            options.Size,
            options.Tls,
            options.Size / 2,
            Median(judged.Select(r => r.Seconds)),
            Median(judged.Select(r => r.CpuSeconds)),
            Math.Round((double)rounds[0].Bytes / options.Size / (options.Parties - 1), 2),
            options.Processes ? parties.Processes.Max(p => p.PeakRssMiB) : process.PeakWorkingSet64 >> 20,
            rounds[0].Time,
            runs,
            options.Processes ? parties.Processes : null,
            options.Stages ? [.. rounds[^1].Ends.SelectMany(e => e.Stages)] : null);
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
