using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Provisioning;

/// <summary>A named person of a party, with the key that signs this person's decisions.</summary>
public sealed class OperatorIdentity : IDisposable
{
    private readonly ECDsa _key;

    private OperatorIdentity(CertificateIdentity identity, X509Certificate2 certificate, ECDsa key)
    {
        Party = identity.Party;
        Name = identity.Operator!;
        Certificate = certificate;
        _key = key;
    }

    /// <summary>The person's party.</summary>
    public PartyId Party { get; }

    /// <summary>The person's name.</summary>
    public string Name { get; }

    /// <summary>The certificate, without the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Loads <c>operator-NAME.key.pem</c>, <c>operator-NAME.cert.pem</c> and the root.</summary>
    /// <param name="directory">The directory that holds them.</param>
    /// <param name="name">The operator's name.</param>
    /// <param name="passphrase">The key's passphrase; null when it has none.</param>
    /// <param name="clock">The clock. Default: the system's.</param>
    /// <exception cref="KeyFileException">The key cannot be used.</exception>
    /// <exception cref="CertificateException">The certificate is missing, expired, revoked, of another root, another key or another name.</exception>
    public static OperatorIdentity Load(string directory, string name, string? passphrase = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!CertificateIdentity.IsOperatorName(name))
        {
            throw new KeyFileException($"'{name}' cannot name an operator: use 1 to 32 lower-case letters, digits, points and hyphens, first a letter.");
        }

        ECDsa key = KeyFile.Load(KeyPath(directory, name), passphrase);
        string path = Path.Combine(directory, FileStem(name) + ".cert.pem");
        X509Certificate2 certificate = CertificateFile.Load(path);
        string? problem = ConsortiumRoot.Load(directory)
            .CheckOperator(certificate, (clock ?? TimeProvider.System).GetUtcNow(), out CertificateIdentity? identity);
        if (problem is null && identity!.Operator != name)
        {
            problem = $"it names '{identity.Operator}'";
        }

        if (problem is not null)
        {
            throw new CertificateException($"The certificate '{path}' is refused: {problem}; ask the consortium's steward for a new one.");
        }

        KeyPair.Join(certificate, key, path).Dispose();
        return new OperatorIdentity(identity!, certificate, key);
    }

    /// <summary>Where an operator's private key stands: to ask whether it needs a passphrase.</summary>
    public static string KeyPath(string directory, string name) => Path.Combine(directory, FileStem(name) + ".key.pem");

    internal static string FileStem(string name) => "operator-" + name;

    /// <summary>Signs with ECDSA over SHA-256 of the data; 64 bytes, r then s.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256);

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }
}
