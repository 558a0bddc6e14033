namespace VerticalFL.Governance.Ledger;

/// <summary>A patient who is to be charged.</summary>
/// <param name="Identifier">The patient in the party's own unambiguous form, the same in all studies.</param>
/// <param name="Answer">What the answer about this patient is drawn from, beside the subject: another one is another draw, and another charge. May be empty.</param>
public readonly record struct LedgerPatient(ReadOnlyMemory<byte> Identifier, ReadOnlyMemory<byte> Answer);
