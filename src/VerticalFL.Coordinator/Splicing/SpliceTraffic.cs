using VerticalFL.Messages;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>How much a splice has carried: all that the coordinator can know of it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Lower">The ordinally lower party.</param>
/// <param name="Upper">The other one.</param>
/// <param name="FromLower">Bytes of TLS records from the lower party.</param>
/// <param name="FromUpper">Bytes of TLS records from the upper party.</param>
public sealed record SpliceTraffic(
    StudyId Study, RunId Run, int Attempt, string Stream, PartyId Lower, PartyId Upper, long FromLower, long FromUpper);
