namespace VerticalFL.Agent.Studies;

/// <summary>One remark or violation of the party's policy, or what differential privacy is likely to cost.</summary>
/// <param name="Refuses">Whether it forbids the study here.</param>
/// <param name="Text">One sentence.</param>
public sealed record FindingView(bool Refuses, string Text);

/// <summary>A study as one party's operator sees it before deciding.</summary>
/// <param name="Id">SHA-256 over the expanded study.</param>
/// <param name="Name">Its name.</param>
/// <param name="Decision"><c>approved</c>, <c>rejected</c> or <c>pending</c>: this party's own.</param>
/// <param name="Operator">Who decided; absent while pending.</param>
/// <param name="RunsUsed">Runs that this party has taken part in.</param>
/// <param name="MaxRuns">Runs that the study asks for.</param>
/// <param name="Findings">What the party's policy says of it, and the forecast of a study with differential privacy.</param>
/// <param name="Dataset">The dataset it would use here, and whether the configuration has it.</param>
/// <param name="DatasetConfigured">Whether the configuration names that dataset.</param>
/// <param name="Runs">Its runs here, oldest first.</param>
public sealed record AgentStudyView(
    string Id,
    string Name,
    string Decision,
    string? Operator,
    int RunsUsed,
    int MaxRuns,
    IReadOnlyList<FindingView> Findings,
    string Dataset,
    bool DatasetConfigured,
    IReadOnlyList<string> Runs);
