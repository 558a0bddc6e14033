// The consortium's own certificate authority: one root, no intermediates; its key may stay on a machine without a network.
// Reference: RFC 5280 (profile), RFC 2986 (requests), RFC 9336 (document signing).
// Parameters: ECDSA P-256 with SHA-256; root 10 years, others at most 365 days; serials 128 random bits.
// Adversary: sends any request. Only its public key and its one name are used, and the name must have one of two forms; whether the
//   sender *is* that party, the steward decides by comparing the key's pin with a person there.
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Governance.Provisioning;

/// <summary>Signs the parties' and operators' certificates and revokes them. Lives in one directory of the consortium's steward.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>The longest validity that is signed, in days.</summary>
    public const int MaxDays = 365;

    /// <summary>The root's certificate, which every party gets.</summary>
    public const string CertificateFileName = "ca.cert.pem";

    /// <summary>The root's private key, which nobody gets.</summary>
    public const string KeyFileName = "ca.key.pem";

    /// <summary>Every certificate ever signed, one JSON line each.</summary>
    public const string IndexFileName = "issued.jsonl";

    private const int RootDays = 3652;

    // A party whose clock is a little behind can use its certificate at once.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly string _directory;
    private readonly ECDsa _key;
    private readonly TimeProvider _clock;

    private CertificateAuthority(string directory, X509Certificate2 certificate, ECDsa key, TimeProvider clock)
    {
        _directory = directory;
        Certificate = certificate;
        _key = key;
        _clock = clock;
    }

    /// <summary>The root's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The pin of the root's key.</summary>
    public string Pin => PublicKeyPin.Of(Certificate);

    /// <summary>Makes a new root in a directory, which is made too (mode 0700).</summary>
    /// <param name="directory">Where key, certificate, index and revocation list will stand.</param>
    /// <param name="name">The consortium's name: 1 to 64 letters, digits, spaces, points, hyphens and underscores.</param>
    /// <param name="passphrase">Encrypts the key; null leaves it to the file's mode. Default: null.</param>
    /// <param name="clock">The clock. Default: the system's.</param>
    /// <exception cref="CertificateException">There is a root already, or the name is not allowed.</exception>
    public static CertificateAuthority Init(string directory, string name, string? passphrase = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        clock ??= TimeProvider.System;
        if (name is not { Length: > 0 and <= 64 } || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '_') || name.Trim() != name)
        {
            throw new CertificateException("A consortium's name has 1 to 64 letters, digits, spaces, points, hyphens and underscores.");
        }

        string keyPath = Path.Combine(directory, KeyFileName);
        if (File.Exists(keyPath) || File.Exists(Path.Combine(directory, CertificateFileName)))
        {
            throw new CertificateException($"There is a certificate authority in '{directory}' already; choose another directory, for a new root would cut off every party.");
        }

        OwnerDirectory.Create(directory);
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = clock.GetUtcNow();
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using X509Certificate2 withKey = request.CreateSelfSigned(now - ClockSkew, now.AddDays(RootDays));
        X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(withKey.RawData);

        KeyFile.Save(key, keyPath, passphrase);
        var authority = new CertificateAuthority(directory, certificate, key, clock);
        authority.SaveRevocations(RevocationList.Empty(now));
        AtomicFile.Write(Path.Combine(directory, CertificateFileName), Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"), AtomicFile.Public);
        return authority;
    }

    /// <summary>Opens the root in a directory.</summary>
    /// <param name="directory">The directory that <see cref="Init"/> made.</param>
    /// <param name="passphrase">The key's passphrase; null when it has none.</param>
    /// <param name="clock">The clock. Default: the system's.</param>
    /// <exception cref="KeyFileException">The key cannot be opened.</exception>
    /// <exception cref="CertificateException">The certificate is missing or does not belong to the key.</exception>
    public static CertificateAuthority Open(string directory, string? passphrase = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ECDsa key = KeyFile.Load(Path.Combine(directory, KeyFileName), passphrase);
        X509Certificate2 certificate = CertificateFile.Load(Path.Combine(directory, CertificateFileName));
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
        {
            throw new CertificateException($"In '{directory}', {CertificateFileName} does not belong to {KeyFileName}; restore both from the same backup.");
        }

        return new CertificateAuthority(directory, certificate, key, clock ?? TimeProvider.System);
    }

    /// <summary>Signs a request. The name and the public key are taken from it, nothing else.</summary>
    /// <param name="csrPem">The request in PEM.</param>
    /// <param name="days">How long the certificate is valid, 1 to <see cref="MaxDays"/>. Default: 365, the longest that is allowed.</param>
    /// <exception cref="CertificateException">The request is refused; see <see cref="SigningRequest.Parse"/>.</exception>
    public IssuedCertificate Sign(string csrPem, int days = MaxDays)
    {
        if (days is < 1 or > MaxDays)
        {
            throw new CertificateException($"A certificate is valid for 1 to {MaxDays} days, not {days}.");
        }

        SigningRequest signing = SigningRequest.Parse(csrPem);
        CertificateIdentity identity = signing.Identity;
        DateTimeOffset now = _clock.GetUtcNow();
        DateTimeOffset rootStart = Certificate.NotBefore, rootEnd = Certificate.NotAfter;
        DateTimeOffset start = now - ClockSkew < rootStart ? rootStart : now - ClockSkew;
        DateTimeOffset end = start.AddDays(days) > rootEnd ? rootEnd : start.AddDays(days);
        if (end <= now)
        {
            throw new CertificateException("The consortium's root has expired; make a new one with 'vfl ca init' and enrol everybody again.");
        }

        var request = new CertificateRequest(identity.SubjectName, signing.Key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        OidCollection usages = identity.Operator is null
            ? [ConsortiumRoot.ServerAuthentication, ConsortiumRoot.ClientAuthentication]
            : [ConsortiumRoot.DocumentSigning];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, true));
        request.CertificateExtensions.Add(identity.ToExtension());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(signing.Key, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));

        byte[] serial = RandomNumberGenerator.GetBytes(16);
        // Positive and of full length: RFC 5280, section 4.1.2.2.
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        X509Certificate2 certificate = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), start, end, serial);
        var issued = new IssuedCertificate(certificate, identity, Convert.ToHexStringLower(serial), signing.Pin, certificate.NotAfter);
        AppendToIndex(issued, start);
        return issued;
    }

    /// <summary>Puts a certificate on the revocation list; every agent must be given the new <c>revoked.json</c>.</summary>
    /// <param name="serial">The serial number in hexadecimal, as in the index.</param>
    /// <returns>The new list.</returns>
    /// <exception cref="CertificateException">This root signed no such certificate, or it is revoked already.</exception>
    public RevocationList Revoke(string serial)
    {
        ArgumentNullException.ThrowIfNull(serial);
        string wanted = serial.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        if (!IndexedSerials().Contains(wanted))
        {
            throw new CertificateException($"This authority has signed no certificate with the serial number '{serial}'; the file {IndexFileName} lists all of them.");
        }

        RevocationList old = Revocations();
        if (old.Revoked.ContainsKey(wanted))
        {
            throw new CertificateException($"The certificate '{wanted}' has been revoked already.");
        }

        RevocationList list = old.With(wanted, _clock.GetUtcNow());
        SaveRevocations(list);
        return list;
    }

    /// <summary>Puts a certificate on the revocation list.</summary>
    /// <exception cref="CertificateException">This root did not sign it, or it is revoked already.</exception>
    public RevocationList Revoke(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Revoke(certificate.SerialNumber);
    }

    /// <summary>The current revocation list.</summary>
    /// <exception cref="CertificateException">The file is damaged.</exception>
    public RevocationList Revocations() => RevocationList.Load(Path.Combine(_directory, RevocationList.FileName), Certificate);

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private void SaveRevocations(RevocationList list) =>
        AtomicFile.Write(Path.Combine(_directory, RevocationList.FileName), list.Sign(Certificate, _key), AtomicFile.Public);

    private void AppendToIndex(IssuedCertificate issued, DateTimeOffset start)
    {
        string line = JsonSerializer.Serialize(new
        {
            serial = issued.Serial,
            name = issued.Identity.Uri,
            pin = issued.Pin,
            notBefore = start.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            notAfter = issued.NotAfter.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        });
        using var stream = new FileStream(Path.Combine(_directory, IndexFileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (stream.Length > 0)
        {
            stream.Seek(-1, SeekOrigin.End);
            line = stream.ReadByte() == '\n' ? line : "\n" + line;
        }

        stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        stream.Flush(flushToDisk: true);
    }

    private HashSet<string> IndexedSerials()
    {
        string path = Path.Combine(_directory, IndexFileName);
        var serials = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            // A line that a crash cut short belongs to a certificate that was never handed out.
            if (line.EndsWith('}'))
            {
                using JsonDocument json = JsonDocument.Parse(line);
                serials.Add(json.RootElement.GetProperty("serial").GetString()!);
            }
        }

        return serials;
    }
}
