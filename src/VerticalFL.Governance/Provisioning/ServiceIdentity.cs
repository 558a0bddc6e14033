using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// A party's service as it stands on its own machine: key, certificate and the consortium's root, checked against one another. What a link
/// presents and what signs the audit log.
/// </summary>
public sealed class ServiceIdentity : IDisposable
{
    internal const string FileStem = "service";

    private readonly ECDsa _key;

    private ServiceIdentity(PartyId party, X509Certificate2 certificate, ECDsa key, ConsortiumRoot root)
    {
        Party = party;
        Certificate = certificate;
        _key = key;
        Root = root;
    }

    /// <summary>The party.</summary>
    public PartyId Party { get; }

    /// <summary>The certificate together with its private key, as TLS wants it.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The consortium's root and revocation list.</summary>
    public ConsortiumRoot Root { get; }

    /// <summary>The pin of this party's key: what peers put in their policies.</summary>
    public string Pin => PublicKeyPin.Of(Certificate);

    /// <summary>Loads <c>service.key.pem</c>, <c>service.cert.pem</c>, <c>ca.cert.pem</c> and, if it is there, <c>revoked.json</c>.</summary>
    /// <param name="directory">The party's key directory.</param>
    /// <param name="clock">The clock. Default: the system's.</param>
    /// <exception cref="KeyFileException">The key cannot be used.</exception>
    /// <exception cref="CertificateException">The certificate is missing, expired, revoked, of another root or of another key.</exception>
    public static ServiceIdentity Load(string directory, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ECDsa key = KeyFile.Load(Path.Combine(directory, FileStem + ".key.pem"));
        string path = Path.Combine(directory, FileStem + ".cert.pem");
        ConsortiumRoot root = ConsortiumRoot.Load(directory);
        using X509Certificate2 certificate = CertificateFile.Load(path);
        string? problem = root.CheckService(certificate, (clock ?? TimeProvider.System).GetUtcNow(), out CertificateIdentity? identity);
        if (problem is not null)
        {
            throw new CertificateException($"The certificate '{path}' is refused: {problem}; ask the consortium's steward for a new one.");
        }

        return new ServiceIdentity(identity!.Party, KeyPair.Join(certificate, key, path), key, root);
    }

    /// <summary>Signs with ECDSA over SHA-256 of the data; 64 bytes, r then s.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256);

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }
}
