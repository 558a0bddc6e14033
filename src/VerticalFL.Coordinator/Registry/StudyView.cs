namespace VerticalFL.Coordinator.Registry;

/// <summary>One party's decision in <see cref="StudyView"/>.</summary>
/// <param name="Party">The party.</param>
/// <param name="Connected">Whether its agent is connected.</param>
/// <param name="Decision"><c>approved</c>, <c>rejected</c> or <c>pending</c>.</param>
/// <param name="Operator">Who decided; absent while pending.</param>
public sealed record DecisionView(string Party, bool Connected, string Decision, string? Operator);

/// <summary>A study as the registry holds it.</summary>
/// <param name="Id">SHA-256 over the expanded study.</param>
/// <param name="Name">Its name.</param>
/// <param name="Parties">Every party's decision.</param>
/// <param name="RunsStarted">How many runs were started.</param>
/// <param name="MaxRuns">How many the study allows.</param>
/// <param name="Runs">The ids of its runs, oldest first.</param>
public sealed record StudyView(
    string Id, string Name, IReadOnlyList<DecisionView> Parties, int RunsStarted, int MaxRuns, IReadOnlyList<string> Runs);
