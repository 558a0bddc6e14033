namespace VerticalFL.Agent.Reports;

/// <summary>A step of a Kaplan-Meier curve.</summary>
/// <param name="Time">The time of an event.</param>
/// <param name="Survival">The share that is free of the event from then on.</param>
/// <param name="AtRisk">Patients under observation just before.</param>
public sealed record SurvivalStep(double Time, double Survival, int AtRisk);
