using System.Diagnostics;
using System.Globalization;
using VerticalFL.Messages;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>Every party of a measurement in a process of its own: <see cref="PartyHost"/>, by <c>vfl bench party</c>.</summary>
internal sealed class PartyProcesses : IAlignmentParties
{
    private readonly PartyId[] _parties;
    private readonly OwnedProcess[] _processes;
    private readonly AlignmentProcess[] _used;

    /// <summary>Starts them; each makes its identifiers before it is first heard of.</summary>
    public PartyProcesses(AlignmentBenchmarkOptions options, ThrowawayKeys? keys)
    {
        _parties = AlignmentParty.IdsOf(options.Parties);
        _used = [.. _parties.Select(p => new AlignmentProcess(p.Value, 0, 0))];
        _processes = [.. _parties.Select((party, i) => OwnedProcess.Start($"party '{party}'", [
            "bench", "party", "--number", Text(i), "--parties", Text(options.Parties), "--size", Text(options.Size), "--protocol", options.Protocol,
            .. keys is null ? (string[])[] : ["--keys", keys.DirectoryOf(party)],
        ]))];
    }

    /// <summary>The operating system's numbers of the processes.</summary>
    public IReadOnlyList<int> Ids => [.. _processes.Select(p => p.Id)];

    /// <inheritdoc/>
    public IReadOnlyList<AlignmentProcess> Processes => _used;

    /// <inheritdoc/>
    /// <exception cref="VerbException">A process has ended.</exception>
    public async Task<AlignmentRound> RunAsync(CancellationToken cancellationToken)
    {
        int[] ports = await AllAsync<int>(cancellationToken);
        await TellAsync(ports, cancellationToken);
        await AllAsync<bool>(cancellationToken);

        long start = Stopwatch.GetTimestamp();
        await TellAsync(true, cancellationToken);
        PartyOutcome[] outcomes = await AllAsync<PartyOutcome>(cancellationToken);
        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        for (int i = 0; i < outcomes.Length; i++)
        {
            _used[i] = new AlignmentProcess(_parties[i].Value, Math.Round(outcomes[i].CpuSeconds, 4), outcomes[i].PeakRssMiB);
        }

        return new AlignmentRound(
            AlignmentTime.Of(wall, TimeSpan.FromSeconds(outcomes.Sum(o => o.CpuSeconds))), outcomes.Sum(o => o.Bytes), [.. outcomes.Select(o => o.End)]);
    }

    /// <summary>Ends all processes.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_processes.Select(p => p.DisposeAsync().AsTask()));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Task TellAsync<T>(T value, CancellationToken cancellationToken) =>
        Task.WhenAll(_processes.Select(p => p.WriteAsync(value, cancellationToken)));

    /// <summary>The next thing that each says. The first that has ended ends the waiting: the others would wait for it.</summary>
    private async Task<T[]> AllAsync<T>(CancellationToken cancellationToken)
    {
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<T>[] said = [.. _processes.Select(p => p.ReadAsync<T>(others.Token))];
        await foreach (Task<T> one in Task.WhenEach(said))
        {
            try
            {
                await one;
            }
            catch
            {
                await others.CancelAsync();
                await Task.WhenAll(said).ContinueWith(_ => { }, TaskScheduler.Default);
                throw;
            }
        }

        return [.. said.Select(s => s.Result)];
    }
}
