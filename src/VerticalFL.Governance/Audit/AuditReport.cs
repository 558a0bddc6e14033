using VerticalFL.Messages;

namespace VerticalFL.Governance.Audit;

/// <summary>What came of verifying an audit log.</summary>
/// <param name="Party">Whose log it is; the default value when not one record could be read.</param>
/// <param name="Records">How many records verified before the end or the first problem.</param>
/// <param name="LastHash">The hash of the last record that verified, in hexadecimal; empty when there is none.</param>
/// <param name="HeadsMatched">How many heads that peers keep were found in the log.</param>
/// <param name="TornBytes">Bytes of an incomplete last record: the log was copied while it was written, or its agent crashed.</param>
/// <param name="Problem">Null when everything verified, else what is wrong and where, as one sentence.</param>
public sealed record AuditReport(PartyId Party, long Records, string LastHash, int HeadsMatched, long TornBytes, string? Problem);
