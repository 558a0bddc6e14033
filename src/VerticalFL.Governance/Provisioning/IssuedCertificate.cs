using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Provisioning;

/// <summary>A certificate that the authority has just signed.</summary>
/// <param name="Certificate">The certificate, without a private key.</param>
/// <param name="Identity">Whom it names.</param>
/// <param name="Serial">Its serial number in lower-case hexadecimal.</param>
/// <param name="Pin">The pin of its public key.</param>
/// <param name="NotAfter">The last moment of its validity.</param>
public sealed record IssuedCertificate(X509Certificate2 Certificate, CertificateIdentity Identity, string Serial, string Pin, DateTimeOffset NotAfter)
{
    /// <summary>The certificate in PEM.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";
}
