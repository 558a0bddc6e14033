using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// Whom a certificate names: a party's service (<c>urn:vfl:party:lab</c>) or one of its operators (<c>urn:vfl:operator:lab:alice</c>). It
/// stands in the subject alternative name as the only name; the subject's common name means nothing.
/// </summary>
/// <param name="Party">The party.</param>
/// <param name="Operator">The operator's name; null for the service.</param>
public sealed record CertificateIdentity(PartyId Party, string? Operator)
{
    private const string AlternativeNameOid = "2.5.29.17";
    private const string PartyPrefix = "urn:vfl:party:";
    private const string OperatorPrefix = "urn:vfl:operator:";

    // GeneralName ::= CHOICE { ... uniformResourceIdentifier [6] IA5String ... }: RFC 5280, section 4.2.1.6.
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The URI in the subject alternative name.</summary>
    public string Uri => Operator is null ? PartyPrefix + Party : $"{OperatorPrefix}{Party}:{Operator}";

    /// <summary>Whether the text can name an operator: 1 to 32 lower-case ASCII letters, digits, points and hyphens, first a letter.</summary>
    public static bool IsOperatorName(string? name) =>
        name is { Length: > 0 } && name[^1] != '.' && PartyId.IsValid(name.Replace('.', '-'));

    /// <summary>Reads the URI form; null for anything else.</summary>
    public static CertificateIdentity? TryParse(string? uri)
    {
        if (uri is null)
        {
            return null;
        }

        if (uri.StartsWith(PartyPrefix, StringComparison.Ordinal))
        {
            string party = uri[PartyPrefix.Length..];
            return PartyId.IsValid(party) ? new CertificateIdentity(new PartyId(party), null) : null;
        }

        if (uri.StartsWith(OperatorPrefix, StringComparison.Ordinal))
        {
            string[] parts = uri[OperatorPrefix.Length..].Split(':');
            return parts.Length == 2 && PartyId.IsValid(parts[0]) && IsOperatorName(parts[1])
                ? new CertificateIdentity(new PartyId(parts[0]), parts[1])
                : null;
        }

        return null;
    }

    /// <summary>The identity that a certificate names; null when its alternative names are anything but one URI of ours.</summary>
    public static CertificateIdentity? TryRead(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return TryRead(certificate.Extensions);
    }

    internal static CertificateIdentity? TryRead(IEnumerable<X509Extension> extensions)
    {
        X509Extension[] names = [.. extensions.Where(e => e.Oid?.Value == AlternativeNameOid)];
        if (names.Length != 1)
        {
            return null;
        }

        try
        {
            var outer = new AsnReader(names[0].RawData, AsnEncodingRules.DER);
            AsnReader sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            if (!sequence.HasData || !sequence.PeekTag().HasSameClassAndValue(UriTag))
            {
                return null;
            }

            string uri = sequence.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
            return sequence.HasData ? null : TryParse(uri);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    internal X509Extension ToExtension()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(Uri));
        return names.Build();
    }

    /// <inheritdoc/>
    public override string ToString() => Uri;

    internal X500DistinguishedName SubjectName =>
        new($"CN={(Operator is null ? Party.Value : $"{Operator}@{Party}")}");
}
