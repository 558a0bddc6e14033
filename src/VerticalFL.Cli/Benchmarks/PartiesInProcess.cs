using System.Diagnostics;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>All parties of a measurement in this process.</summary>
internal sealed class PartiesInProcess : IAlignmentParties
{
    private readonly AlignmentParty[] _parties;
    private readonly AlignmentBenchmarkOptions _options;
    private readonly ThrowawayKeys? _keys;

    public PartiesInProcess(AlignmentBenchmarkOptions options, ThrowawayKeys? keys)
    {
        _options = options;
        _keys = keys;
        string[] common = AlignmentParty.CommonTo(options);
        _parties = [.. Enumerable.Range(0, options.Parties).Select(p => new AlignmentParty(options, p, common))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<AlignmentProcess> Processes => [];

    /// <inheritdoc/>
    public async Task<AlignmentRound> RunAsync(CancellationToken cancellationToken)
    {
        GC.Collect();
        await using PartyMesh mesh = await PartyMesh.ConnectAsync(AlignmentParty.IdsOf(_options.Parties), _keys, cancellationToken);
        long start = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        AlignmentEnd[] ends = await Task.WhenAll(_parties.Select((party, i) =>
            Task.Run(() => party.RunAsync(mesh.Channels[i], start, cancellationToken), cancellationToken)));
        AlignmentTime time = AlignmentTime.Of(Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - used);
        return new AlignmentRound(time, _parties.Select((_, i) => mesh.BytesSent(i)).Sum(), ends);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
