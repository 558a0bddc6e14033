namespace VerticalFL.Cli.Benchmarks;

/// <summary>What the process of a party says after an alignment.</summary>
/// <param name="End">Its end of the alignment.</param>
/// <param name="CpuSeconds">Its processor time for it, user and system.</param>
/// <param name="Bytes">Bytes of the messages that it has sent, before TLS.</param>
/// <param name="PeakRssMiB">The most memory that it has ever held, in MiB.</param>
internal sealed record PartyOutcome(AlignmentEnd End, double CpuSeconds, long Bytes, long PeakRssMiB);
