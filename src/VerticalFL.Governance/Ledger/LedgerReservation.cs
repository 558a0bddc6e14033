namespace VerticalFL.Governance.Ledger;

/// <summary>What a reservation came to.</summary>
/// <param name="Charged">Patients who were charged now; the others had been charged for the same subject before.</param>
/// <param name="Refused">Patients whose budget does not allow it; when there is one, nobody was charged.</param>
/// <param name="Largest">The largest spending among the patients asked for: with this charge, or as it would have been.</param>
public sealed record LedgerReservation(int Charged, int Refused, PrivacySpending Largest);
