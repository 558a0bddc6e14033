namespace VerticalFL.Cli.Benchmarks;

/// <summary>What one party has of an alignment when it is over.</summary>
/// <param name="Rows">SHA-256 over the row numbers in the common order, which the common identifiers have at every party.</param>
/// <param name="Stages">Where its time went.</param>
internal sealed record AlignmentEnd(string Rows, IReadOnlyList<AlignmentStage> Stages);
