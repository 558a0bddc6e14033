namespace VerticalFL.Agent.Reports;

/// <summary>How many patients of a group were still followed and free of the event.</summary>
/// <param name="Time">Just before this time, in the outcome's unit.</param>
/// <param name="Patients">How many.</param>
public sealed record AtRiskCount(double Time, int Patients);
