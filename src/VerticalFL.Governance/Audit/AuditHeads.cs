using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Audit;

/// <summary>Signed heads: checking them, and keeping them in another party's log.</summary>
internal static class AuditHeads
{
    /// <summary>Whether a certificate may sign for a party's log at a time.</summary>
    /// <returns>Null when it may, else the reason as one clause.</returns>
    public static string? CheckSigner(X509Certificate2 certificate, ConsortiumRoot root, PartyId party, DateTimeOffset at)
    {
        if (root.CheckService(certificate, at, out CertificateIdentity? identity) is { } problem)
        {
            return $"the signing certificate is refused: {problem}";
        }

        return identity!.Party == party ? null : $"the signing certificate names '{identity.Party}'";
    }

    /// <summary>Checks a head's certificate by the caller's rule, then its signature.</summary>
    public static string? Check(AuditHead head, Func<X509Certificate2, string?> checkSigner)
    {
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(head.Certificate.Span);
            return checkSigner(certificate)
                ?? (Verify(certificate, AuditRecord.HeadBytes(head.Party, head.Sequence, head.UnixMilliseconds, head.Hash.Span), head.Signature.Span)
                    ? null
                    : "its signature is wrong");
        }
        catch (CryptographicException)
        {
            return "its certificate cannot be read";
        }
    }

    public static string? CheckSignature(AuditRecord record, X509Certificate2 certificate) =>
        Verify(certificate, record.HeadBytes(), record.Signature.Span) ? null : "its signature is wrong";

    public static Dictionary<string, string> ToDetails(AuditHead head) => new()
    {
        [AuditDetails.Party] = head.Party.Value,
        [AuditDetails.Sequence] = head.Sequence.ToString(CultureInfo.InvariantCulture),
        [AuditDetails.UnixMilliseconds] = head.UnixMilliseconds.ToString(CultureInfo.InvariantCulture),
        [AuditDetails.Hash] = Convert.ToBase64String(head.Hash.Span),
        [AuditDetails.Signature] = Convert.ToBase64String(head.Signature.Span),
        [AuditDetails.Certificate] = Convert.ToBase64String(head.Certificate.Span),
    };

    /// <summary>The head that a record keeps; null when it keeps none.</summary>
    public static AuditHead? TryRead(AuditRecord record)
    {
        if (record.Kind != AuditKind.PeerHead
            || !record.Details.TryGetValue(AuditDetails.Party, out string? party) || !PartyId.IsValid(party)
            || !TryReadNumber(record, AuditDetails.Sequence, out long sequence)
            || !TryReadNumber(record, AuditDetails.UnixMilliseconds, out long time)
            || !AuditDetails.TryReadBytes(record, AuditDetails.Hash, out byte[] hash)
            || !AuditDetails.TryReadBytes(record, AuditDetails.Signature, out byte[] signature)
            || !AuditDetails.TryReadBytes(record, AuditDetails.Certificate, out byte[] certificate))
        {
            return null;
        }

        return new AuditHead(new PartyId(party), sequence, time, hash, signature, certificate);
    }

    private static bool TryReadNumber(AuditRecord record, string name, out long value)
    {
        value = 0;
        return record.Details.TryGetValue(name, out string? text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool Verify(X509Certificate2 certificate, byte[] signed, ReadOnlySpan<byte> signature)
    {
        using ECDsa? key = certificate.GetECDsaPublicKey();
        return key?.VerifyData(signed, signature, HashAlgorithmName.SHA256) == true;
    }
}
