using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Provisioning;

/// <summary>Puts a certificate and its private key together.</summary>
internal static class KeyPair
{
    public static X509Certificate2 Join(X509Certificate2 certificate, ECDsa key, string path)
    {
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
        {
            throw new CertificateException(
                $"The certificate '{path}' does not belong to the key beside it; send the request beside it to the consortium's steward again.");
        }

        return certificate.CopyWithPrivateKey(key);
    }
}
