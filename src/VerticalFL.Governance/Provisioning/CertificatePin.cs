using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Provisioning;

/// <summary>Pins of public keys: <c>sha256:</c> and the lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo in DER (RFC 7469, section 2.4).</summary>
public static class CertificatePin
{
    private const string EcOid = "1.2.840.10045.2.1";

    // The object identifier 1.2.840.10045.3.1.7 in DER (RFC 5480, section 2.1.1.1).
    private static ReadOnlySpan<byte> P256Parameters => [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

    /// <summary>The pin of a certificate's key; it survives a renewal with the same key.</summary>
    public static string Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Of(certificate.PublicKey);
    }

    internal static string Of(PublicKey key) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    internal static bool IsP256(PublicKey key) =>
        key.Oid.Value == EcOid && key.EncodedParameters?.RawData.AsSpan().SequenceEqual(P256Parameters) == true;
}
