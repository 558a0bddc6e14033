namespace VerticalFL.Cli.Benchmarks;

/// <summary>One measured alignment of all parties.</summary>
/// <param name="Time">Its time.</param>
/// <param name="Bytes">Bytes of all parties' messages, before TLS.</param>
/// <param name="Ends">Every party's end of it, in their order.</param>
internal sealed record AlignmentRound(AlignmentTime Time, long Bytes, IReadOnlyList<AlignmentEnd> Ends);
