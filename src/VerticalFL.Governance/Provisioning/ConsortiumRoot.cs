using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// The consortium's root certificate and, where it is known, its revocation list: decides whether a certificate names whom it says.
/// </summary>
public sealed class ConsortiumRoot
{
    /// <summary>Extended key usage of a service, as server (RFC 5280, section 4.2.1.12).</summary>
    internal static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Extended key usage of a service, as client.</summary>
    internal static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Extended key usage of an operator: document signing (RFC 9336). Such a certificate is of no use in TLS.</summary>
    internal static readonly Oid DocumentSigning = new("1.3.6.1.5.5.7.3.36");

    /// <summary>The name of a simulation's root: <c>simulated consortium</c>.</summary>
    public const string SimulatedName = "simulated consortium";

    private readonly RevocationList? _revocations;

    /// <summary>Trusts one root.</summary>
    /// <param name="certificate">The root's certificate.</param>
    /// <param name="revocations">Its revocation list; null when none was handed out yet.</param>
    public ConsortiumRoot(X509Certificate2 certificate, RevocationList? revocations = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
        _revocations = revocations;
    }

    /// <summary>The root's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Whether it is the root of a simulation, whose keys were all made in one place: by its name, which says so to whoever looks.</summary>
    public bool IsSimulated => Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == SimulatedName;

    /// <summary>Serial numbers, in hexadecimal, of revoked certificates; empty without a revocation list.</summary>
    public IEnumerable<string> RevokedSerialNumbers => _revocations?.Revoked.Keys ?? [];

    /// <summary>Loads <c>ca.cert.pem</c> and, if it is there, <c>revoked.json</c> from a directory.</summary>
    /// <exception cref="CertificateException">A file is missing, damaged or does not belong to the other.</exception>
    public static ConsortiumRoot Load(string directory)
    {
        X509Certificate2 certificate = CertificateFile.Load(Path.Combine(directory, CertificateAuthority.CertificateFileName));
        string revoked = Path.Combine(directory, RevocationList.FileName);
        return new ConsortiumRoot(certificate, File.Exists(revoked) ? RevocationList.Load(revoked, certificate) : null);
    }

    /// <summary>Checks a party's service certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="at">The time at which it must be valid.</param>
    /// <param name="identity">Whom it names, when it is accepted.</param>
    /// <returns>Null when it is accepted, else the reason in one clause.</returns>
    public string? CheckService(X509Certificate2 certificate, DateTimeOffset at, out CertificateIdentity? identity)
    {
        string? problem = Check(certificate, at, [ServerAuthentication, ClientAuthentication], out identity);
        return problem ?? (identity!.Operator is null ? null : "it names an operator, not a party's service");
    }

    /// <summary>Checks an operator's certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="at">The time at which it must be valid.</param>
    /// <param name="identity">Whom it names, when it is accepted.</param>
    /// <returns>Null when it is accepted, else the reason in one clause.</returns>
    public string? CheckOperator(X509Certificate2 certificate, DateTimeOffset at, out CertificateIdentity? identity)
    {
        string? problem = Check(certificate, at, [DocumentSigning], out identity);
        return problem ?? (identity!.Operator is null ? "it names a party's service, not an operator" : null);
    }

    private string OutOfTime(X509Certificate2 certificate, DateTimeOffset at) =>
        at < certificate.NotBefore ? $"it is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm}Z"
        : at > certificate.NotAfter ? $"it is not valid any more, it expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"
        : $"it is not valid with this root, whose time is from {Certificate.NotBefore.ToUniversalTime():yyyy-MM-dd} to {Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd} only";

    private string? Check(X509Certificate2 certificate, DateTimeOffset at, Oid[] usages, out CertificateIdentity? identity)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        identity = null;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        foreach (Oid usage in usages)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(usage);
        }

        if (!chain.Build(certificate))
        {
            X509ChainStatusFlags flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
            return flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? OutOfTime(certificate, at) : $"it is not from this consortium's root ({flags})";
        }

        // The chain engine accepts an absent extended key usage as "any"; here it must be said.
        if (chain.ChainElements.Count != 2
            || certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } stated
            || usages.Any(u => stated.EnhancedKeyUsages.OfType<Oid>().All(o => o.Value != u.Value)))
        {
            return "it was not issued for this use";
        }

        if (_revocations?.Contains(certificate) == true)
        {
            return "it has been revoked";
        }

        identity = CertificateIdentity.TryRead(certificate);
        return identity is null ? "it does not name exactly one party or operator" : null;
    }
}
