namespace VerticalFL.Agent.Reports;

/// <summary>What the label party's privacy ledger says of the run's patients.</summary>
/// <param name="PatientsCharged">Patients who were charged for this run; nobody is charged again for an answer that is only repeated.</param>
/// <param name="LargestEpsilon">The largest epsilon of any of the run's patients over all studies, this run included.</param>
/// <param name="Budget">The most that the party's policy allows; null for no limit.</param>
public sealed record LedgerReport(int PatientsCharged, double LargestEpsilon, double? Budget);
