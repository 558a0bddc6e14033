using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// What a certificate authority takes from a signing request: the public key, whose possession the request's signature proves, and the one
/// name it asks for. Everything else in the request is ignored.
/// </summary>
public sealed class SigningRequest
{
    private SigningRequest(PublicKey key, CertificateIdentity identity)
    {
        Key = key;
        Identity = identity;
        Pin = PublicKeyPin.OfSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Whom the certificate shall name.</summary>
    public CertificateIdentity Identity { get; }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo) as <c>sha256:hex</c>: what two people compare by telephone before signing.</summary>
    public string Pin { get; }

    internal PublicKey Key { get; }

    /// <summary>Reads a request in PEM and checks its own signature.</summary>
    /// <param name="pem">One PKCS#10 request in PEM.</param>
    /// <exception cref="CertificateException">It is no request, its signature is wrong, its key is not on P-256, or it does not ask for exactly one name of ours.</exception>
    public static SigningRequest Parse(string pem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        CertificateRequest request;
        try
        {
            // "Unsafe" means that the requested extensions are handed over; only the name is looked at, and it is made anew.
            request = CertificateRequest.LoadSigningRequestPem(
                pem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CertificateException("This is not a signing request with a valid signature of its own; make one with 'vfl enroll'.", e);
        }

        if (!EcKeys.IsP256(request.PublicKey))
        {
            throw new CertificateException("The request's key is not an EC key on P-256; make one with 'vfl enroll'.");
        }

        CertificateIdentity identity = CertificateIdentity.TryRead(request.CertificateExtensions) ?? throw new CertificateException(
            "The request must ask for exactly one name, urn:vfl:party:<id> or urn:vfl:operator:<party>:<name>; make one with 'vfl enroll'.");
        return new SigningRequest(request.PublicKey, identity);
    }

    /// <summary>Makes a request for a key; the text in PEM.</summary>
    internal static string Create(ECDsa key, CertificateIdentity identity)
    {
        var request = new CertificateRequest(identity.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(identity.ToExtension());
        return request.CreateSigningRequestPem() + "\n";
    }
}
