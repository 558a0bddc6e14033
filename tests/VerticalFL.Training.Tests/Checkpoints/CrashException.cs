namespace VerticalFL.Training.Tests.Checkpoints;

/// <summary>The process dies here.</summary>
internal sealed class CrashException(string at) : Exception(at);
