namespace VerticalFL.Cli.Benchmarks;

/// <summary>All parties of a measurement, wherever they run.</summary>
internal interface IAlignmentParties : IAsyncDisposable
{
    /// <summary>Aligns once, over new connections.</summary>
    Task<AlignmentRound> RunAsync(CancellationToken cancellationToken);

    /// <summary>The processes of the parties, with what they have used so far; empty when all are in this one.</summary>
    IReadOnlyList<AlignmentProcess> Processes { get; }
}
