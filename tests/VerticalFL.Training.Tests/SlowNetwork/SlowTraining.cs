using VerticalFL.Training.Split;

namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>What one training over a slow network came to.</summary>
/// <param name="RowsPerSecond">Training rows a second, from the first epoch's end to the last one's.</param>
/// <param name="BytesSent">By all parties, in the whole run.</param>
/// <param name="Outcome">The result.</param>
internal sealed record SlowTraining(double RowsPerSecond, long BytesSent, TrainingOutcome Outcome);
