namespace VerticalFL.Simulation.Synthetic;

/// <summary>What was written: the exact figures that a right alignment must find.</summary>
/// <param name="Rows">Rows by party, the label party first.</param>
/// <param name="Intersection">Patients that all parties know.</param>
/// <param name="Train">How many of these the split column puts into training.</param>
/// <param name="Test">How many of these it puts into the test.</param>
public sealed record SyntheticSummary(IReadOnlyDictionary<string, int> Rows, int Intersection, int Train, int Test);
