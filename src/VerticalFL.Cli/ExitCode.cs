namespace VerticalFL.Cli;

/// <summary>What an exit code means and what to do.</summary>
/// <param name="Code">The number.</param>
/// <param name="Name">A short name.</param>
/// <param name="Meaning">What happened.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ExitCode(int Code, string Name, string Meaning, string Remedy);
