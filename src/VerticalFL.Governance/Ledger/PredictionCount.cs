namespace VerticalFL.Governance.Ledger;

/// <summary>What counting came to.</summary>
/// <param name="Refused">Patients who have been in as many predictions as they may; when there is one, nobody was counted.</param>
/// <param name="Ledger">The hash of the ledger's last record, which covers all, for the audit log.</param>
public sealed record PredictionCount(int Refused, string Ledger);
