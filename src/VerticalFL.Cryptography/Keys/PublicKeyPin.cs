using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Cryptography.Keys;

/// <summary>
/// The fingerprint by which parties name each other's public keys: "sha256:" and the lower-case hexadecimal SHA-256 of the DER
/// SubjectPublicKeyInfo (as RFC 7469 section 2.4 pins, in hexadecimal). It survives a renewed certificate with the same key.
/// </summary>
public static class PublicKeyPin
{
    /// <summary>What every pin begins with.</summary>
    public const string Prefix = "sha256:";

    /// <summary>Characters of a pin.</summary>
    public const int Length = 71;

    /// <summary>The pin of a certificate's key.</summary>
    public static string Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return OfSubjectPublicKeyInfo(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The pin of a key given as DER SubjectPublicKeyInfo.</summary>
    /// <exception cref="ArgumentException">The bytes are empty.</exception>
    public static string OfSubjectPublicKeyInfo(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (subjectPublicKeyInfo.IsEmpty)
        {
            throw new ArgumentException("A pin needs a public key; the given one is empty.", nameof(subjectPublicKeyInfo));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(subjectPublicKeyInfo, hash);
        return Prefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>True for "sha256:" and 64 lower-case hexadecimal digits, the only form that is compared.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> pin) =>
        pin.Length == Length
        && pin.StartsWith(Prefix, StringComparison.Ordinal)
        && !pin[Prefix.Length..].ContainsAnyExcept("0123456789abcdef");
}
