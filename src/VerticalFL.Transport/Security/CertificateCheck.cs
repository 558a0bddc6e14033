using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Security;

/// <summary>Decides about a peer's certificate: name, time, authority, use, key, revocation. SECURITY: this is the only place that does.</summary>
internal static class CertificateCheck
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Checks a certificate.</summary>
    /// <param name="certificate">What the peer showed, or null when it showed nothing.</param>
    /// <param name="expected">Whom it must name; null for any party (the coordinator's control port), but never the checker itself.</param>
    /// <param name="asServer">Whether the peer acts as the TLS server.</param>
    /// <param name="mine">Root, pins and revocations of the checker.</param>
    /// <param name="now">The time.</param>
    /// <returns>The party, and null; or the clause that says what is wrong.</returns>
    public static (PartyId Party, string? Problem) Check(
        X509Certificate2? certificate, PartyId? expected, bool asServer, PartyCredentials mine, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return (default, "it showed no certificate");
        }

        try
        {
            return CheckWhole(certificate, expected, asServer, mine, now);
        }
        catch (CryptographicException)
        {
            // Extensions are read when they are looked at, and their bytes are whatever a stranger made of them.
            return (default, "its certificate is malformed");
        }
    }

    /// <summary>The chain policy for this consortium: its root and nothing else, nothing fetched from anywhere.</summary>
    public static X509ChainPolicy Policy(PartyCredentials mine, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(mine.Root);
        return policy;
    }

    private static (PartyId Party, string? Problem) CheckWhole(
        X509Certificate2 certificate, PartyId? expected, bool asServer, PartyCredentials mine, DateTimeOffset now)
    {
        PartyId? named = CertificateNames.PartyOf(certificate);
        string? problem =
            named is null ? "its certificate does not name exactly one party as URI in the subject alternative name"
            : expected is { } who && named != who ? $"its certificate names party '{named}' instead of '{who}'"
            : named == mine.Self ? $"its certificate names party '{named}', which is this side"
            : Validity(certificate, "its certificate", now)
                ?? Authority(certificate, mine, now)
                ?? Usage(certificate, asServer)
                ?? Pin(certificate, named.Value, mine)
                ?? Revocation(certificate, mine);
        return (named ?? default, problem);
    }

    private static string? Validity(X509Certificate2 certificate, string what, DateTimeOffset now) =>
        now > certificate.NotAfter ? $"{what} expired on {Day(certificate.NotAfter)}"
        : now < certificate.NotBefore ? $"{what} is not valid before {Day(certificate.NotBefore)}; compare the clocks"
        : null;

    private static string? Authority(X509Certificate2 certificate, PartyCredentials mine, DateTimeOffset now)
    {
        if (Validity(mine.Root, "the consortium's root certificate", now) is { } old)
        {
            return old;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy = Policy(mine, now);
        bool trusted = chain.Build(certificate);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return trusted ? null : "its certificate was signed by another authority than this consortium's root";
    }

    private static string? Usage(X509Certificate2 certificate, bool asServer)
    {
        string needed = asServer ? ServerAuthentication : ClientAuthentication;
        return certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages[needed] is not null)
            ? null
            : $"its certificate may not be used for TLS {(asServer ? "server" : "client")} authentication";
    }

    private static string? Pin(X509Certificate2 certificate, PartyId named, PartyCredentials mine) =>
        mine.Pins.TryGetValue(named, out string? pin) && pin != PublicKeyPin.Of(certificate)
            ? $"its key does not match the pin of party '{named}'"
            : null;

    private static string? Revocation(X509Certificate2 certificate, PartyCredentials mine) =>
        mine.RevokedSerialNumbers.Contains(certificate.SerialNumber) ? $"its certificate {certificate.SerialNumber} is revoked" : null;

    private static string Day(DateTime local) =>
        local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
