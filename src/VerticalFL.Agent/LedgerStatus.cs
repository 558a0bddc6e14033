namespace VerticalFL.Agent;

/// <summary>How much a party's studies have told of its patients.</summary>
/// <param name="Patients">Patients who have been charged for anything.</param>
/// <param name="LargestEpsilon">The largest epsilon of any of them over all studies.</param>
/// <param name="Budget">The most that the policy allows; absent for no limit.</param>
public sealed record LedgerStatus(int Patients, double LargestEpsilon, double? Budget);
