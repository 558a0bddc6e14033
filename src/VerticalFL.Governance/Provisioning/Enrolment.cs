using System.Security.Cryptography;
using System.Text;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// Makes a party's keys where they are used, and the requests that the consortium's steward signs. Only the requests leave the machine.
/// </summary>
public sealed class Enrolment
{
    private Enrolment(CertificateIdentity identity, string keyPath, string requestPath, string pin)
    {
        Identity = identity;
        KeyPath = keyPath;
        RequestPath = requestPath;
        Pin = pin;
    }

    /// <summary>Whom the certificate will name.</summary>
    public CertificateIdentity Identity { get; }

    /// <summary>The private key, mode 0600; stays here.</summary>
    public string KeyPath { get; }

    /// <summary>The request; goes to the steward.</summary>
    public string RequestPath { get; }

    /// <summary>The public key's pin: what the steward and the peers compare.</summary>
    public string Pin { get; }

    /// <summary>Makes the key and request of a party's service: <c>service.key.pem</c>, <c>service.csr.pem</c>.</summary>
    /// <param name="party">The party; <see cref="PartyId.Coordinator"/> enrols the same way.</param>
    /// <param name="directory">Where the files will stand; made with mode 0700 when missing.</param>
    /// <param name="force">Replaces files that are there. Default: false, because a lost key cuts a party off.</param>
    /// <exception cref="KeyFileException">A file is there already.</exception>
    public static Enrolment CreateService(PartyId party, string directory, bool force = false) =>
        Create(new CertificateIdentity(party, null), directory, ServiceIdentity.FileStem, null, force);

    /// <summary>Makes the key and request of one of a party's operators: <c>operator-NAME.key.pem</c>, <c>operator-NAME.csr.pem</c>.</summary>
    /// <param name="party">The party.</param>
    /// <param name="name">The operator's name: 1 to 32 lower-case letters, digits, points and hyphens, first a letter.</param>
    /// <param name="directory">Where the files will stand; made with mode 0700 when missing.</param>
    /// <param name="passphrase">Encrypts the key; null leaves it to the file's mode. Default: null.</param>
    /// <param name="force">Replaces files that are there. Default: false.</param>
    /// <exception cref="KeyFileException">A file is there already, or the name is not allowed.</exception>
    public static Enrolment CreateOperator(PartyId party, string name, string directory, string? passphrase = null, bool force = false)
    {
        if (!CertificateIdentity.IsOperatorName(name))
        {
            throw new KeyFileException($"'{name}' cannot name an operator: use 1 to 32 lower-case letters, digits, points and hyphens, first a letter.");
        }

        return Create(new CertificateIdentity(party, name), directory, OperatorIdentity.FileStem(name), passphrase, force);
    }

    /// <summary>Makes both: what a party does once.</summary>
    /// <returns>The operator's enrolment, then the service's.</returns>
    /// <exception cref="KeyFileException">A file is there already, or the name is not allowed; nothing was made.</exception>
    public static IReadOnlyList<Enrolment> Create(
        PartyId party, string operatorName, string directory, string? operatorPassphrase = null, bool force = false)
    {
        if (!force && CertificateIdentity.IsOperatorName(operatorName))
        {
            RefuseExisting(directory, OperatorIdentity.FileStem(operatorName));
            RefuseExisting(directory, ServiceIdentity.FileStem);
        }

        return
        [
            CreateOperator(party, operatorName, directory, operatorPassphrase, force),
            CreateService(party, directory, force),
        ];
    }

    private static Enrolment Create(CertificateIdentity identity, string directory, string stem, string? passphrase, bool force)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!force)
        {
            RefuseExisting(directory, stem);
        }

        OwnerDirectory.Create(directory);
        string keyPath = Path.Combine(directory, stem + ".key.pem");
        string requestPath = Path.Combine(directory, stem + ".csr.pem");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string request = SigningRequest.Create(key, identity);

        // A certificate of the old key would be found beside the new one.
        File.Delete(Path.Combine(directory, stem + ".cert.pem"));
        KeyFile.Save(key, keyPath, passphrase);
        AtomicFile.Write(requestPath, Encoding.ASCII.GetBytes(request), AtomicFile.Public);
        return new Enrolment(identity, keyPath, requestPath, SigningRequest.Parse(request).Pin);
    }

    private static void RefuseExisting(string directory, string stem)
    {
        foreach (string path in (string[])[Path.Combine(directory, stem + ".key.pem"), Path.Combine(directory, stem + ".csr.pem")])
        {
            if (File.Exists(path))
            {
                throw new KeyFileException($"'{path}' exists already; keep it, choose another directory, or say --force to replace the key for good.");
            }
        }
    }
}
