namespace VerticalFL.Agent.Reports;

/// <summary>The Kaplan-Meier curve of one group.</summary>
/// <param name="Name">The group, such as "low risk".</param>
/// <param name="Rows">How many patients.</param>
/// <param name="Events">How many of them had the event.</param>
/// <param name="Steps">The curve; it begins at time 0 with 1.</param>
/// <param name="AtRisk">Patients at risk at the ticks of the time axis; null in reports of before it was told.</param>
public sealed record RiskGroup(string Name, int Rows, int Events, IReadOnlyList<SurvivalStep> Steps, IReadOnlyList<AtRiskCount>? AtRisk = null);
