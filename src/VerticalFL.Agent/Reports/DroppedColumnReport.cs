namespace VerticalFL.Agent.Reports;

/// <summary>A column that was not used.</summary>
/// <param name="Column">Its name.</param>
/// <param name="Reason">Why, as one clause.</param>
public sealed record DroppedColumnReport(string Column, string Reason);
