using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Audit;

/// <summary>Follows a chain record by record and says where it breaks.</summary>
internal sealed class AuditChain
{
    private static readonly byte[] Zeros = new byte[32];

    /// <summary>The last good record; null before the first.</summary>
    public AuditRecord? Last { get; private set; }

    /// <summary>The certificate that the last <see cref="AuditKind.LogOpened"/> names, in DER; empty before the first.</summary>
    public byte[] Certificate { get; private set; } = [];

    /// <summary>Takes the next record.</summary>
    /// <returns>Null, or what is wrong with it as one clause.</returns>
    public string? Add(AuditRecord? record)
    {
        long expected = (Last?.Sequence ?? 0) + 1;
        if (record is null)
        {
            return "it is not an audit record";
        }

        if (record.Sequence != expected)
        {
            return $"it has the number {record.Sequence} instead of {expected}: records were removed, added or reordered";
        }

        if (Last is null ? record.Kind != AuditKind.LogOpened : record.Party != Last.Party)
        {
            return Last is null ? "the log does not begin with its opening" : "it is another party's record";
        }

        if (!record.Previous.Span.SequenceEqual(Last is null ? Zeros : Last.Hash.Span) || !record.Hash.Span.SequenceEqual(record.ComputeHash()))
        {
            return "its hash does not continue the chain: it or a record before it was changed";
        }

        if (record.Kind == AuditKind.LogOpened)
        {
            if (!AuditDetails.TryReadBytes(record, AuditDetails.Certificate, out byte[] certificate))
            {
                return "it does not hold the certificate of the key that signs";
            }

            Certificate = certificate;
        }

        Last = record;
        return null;
    }

    /// <summary>The current certificate; null when its bytes are none.</summary>
    public X509Certificate2? LoadCertificate()
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(Certificate);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
