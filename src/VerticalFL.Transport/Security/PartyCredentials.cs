using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Security;

/// <summary>What a party shows and what it believes: its certificate with the private key, the consortium's root, pins and revocations.</summary>
public sealed class PartyCredentials : IDisposable
{
    /// <summary>Takes ownership of the certificates.</summary>
    /// <param name="self">The own id; the certificate must name it.</param>
    /// <param name="certificate">The own certificate, with its private key.</param>
    /// <param name="root">The consortium's own root: no other authority is trusted.</param>
    /// <param name="pins">
    /// Fingerprints of peers' keys, see <see cref="PublicKeyPin"/>. A party that stands here
    /// must show that key; one that does not may show any key that the root has signed.
    /// </param>
    /// <param name="revokedSerialNumbers">Serial numbers, in hexadecimal, of certificates that are no longer accepted.</param>
    /// <exception cref="ArgumentException">The certificate is not this party's, or has no private key; or a pin is malformed.</exception>
    public PartyCredentials(
        PartyId self,
        X509Certificate2 certificate,
        X509Certificate2 root,
        IReadOnlyDictionary<PartyId, string>? pins = null,
        IEnumerable<string>? revokedSerialNumbers = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(root);
        if (!certificate.HasPrivateKey)
        {
            throw new ArgumentException($"The certificate of party '{self}' came without its private key.", nameof(certificate));
        }

        if (CertificateNames.PartyOf(certificate) != self)
        {
            throw new ArgumentException(
                $"The certificate does not name party '{self}': its subject alternative name must be the one URI '{self.Uri}'.", nameof(certificate));
        }

        Self = self;
        Certificate = certificate;
        Root = root;
        Pins = (pins ?? new Dictionary<PartyId, string>()).ToFrozenDictionary();
        foreach ((PartyId party, string pin) in Pins)
        {
            if (!PublicKeyPin.IsWellFormed(pin))
            {
                throw new ArgumentException($"The pin of party '{party}' is not 'sha256:' and 64 lower-case hexadecimal digits.", nameof(pins));
            }
        }

        RevokedSerialNumbers = (revokedSerialNumbers ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }

    /// <summary>The own id.</summary>
    public PartyId Self { get; }

    /// <summary>The own certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The consortium's root certificate.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Fingerprints of peers' keys.</summary>
    public IReadOnlyDictionary<PartyId, string> Pins { get; }

    /// <summary>Serial numbers of certificates that are no longer accepted.</summary>
    public IReadOnlySet<string> RevokedSerialNumbers { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads PEM files.</summary>
    /// <param name="self">The own id.</param>
    /// <param name="certificateFile">The own certificate.</param>
    /// <param name="keyFile">Its private key, unencrypted; the file's mode is the protection.</param>
    /// <param name="rootFile">The consortium's root certificate.</param>
    /// <param name="pins">See the constructor.</param>
    /// <param name="revokedSerialNumbers">See the constructor.</param>
    /// <exception cref="IOException">A file is missing, or is not what it should be.</exception>
    public static PartyCredentials Load(
        PartyId self,
        string certificateFile,
        string keyFile,
        string rootFile,
        IReadOnlyDictionary<PartyId, string>? pins = null,
        IEnumerable<string>? revokedSerialNumbers = null)
    {
        X509Certificate2 certificate = Read(
            $"'{certificateFile}' with '{keyFile}'", "a PEM certificate with its private key", () => Usable(X509Certificate2.CreateFromPemFile(certificateFile, keyFile)));
        X509Certificate2 root = Read($"'{rootFile}'", "a PEM certificate", () => X509Certificate2.CreateFromPem(File.ReadAllText(rootFile)));
        return new PartyCredentials(self, certificate, root, pins, revokedSerialNumbers);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        Root.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => $"credentials of '{Self}', key [redacted]";

    // Windows' TLS cannot use a key that lives in memory only.
    private static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            byte[] bytes = certificate.Export(X509ContentType.Pkcs12);
            try
            {
                return X509CertificateLoader.LoadPkcs12(bytes, null);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }

    private static X509Certificate2 Read(string what, string expected, Func<X509Certificate2> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new IOException($"{what} is not {expected}: {e.Message}", e);
        }
    }
}
