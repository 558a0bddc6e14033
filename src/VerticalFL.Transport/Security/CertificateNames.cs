using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Security;

/// <summary>Reads the party that a certificate names: the one URI in its subject alternative name (RFC 5280 section 4.2.1.6).</summary>
internal static class CertificateNames
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string Prefix = "urn:vfl:party:";

    // GeneralName ::= CHOICE { ... uniformResourceIdentifier [6] IA5String ... }
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>The party, or null when the certificate names none, or more than one.</summary>
    public static PartyId? PartyOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions[SubjectAlternativeName] is not { } extension)
        {
            return null;
        }

        string? only = null;
        try
        {
            var reader = new AsnReader(extension.RawData, AsnEncodingRules.DER);
            AsnReader names = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(UriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                string uri = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
                if (only is not null)
                {
                    return null;
                }

                only = uri;
            }
        }
        catch (AsnContentException)
        {
            return null;
        }

        return only is not null && only.StartsWith(Prefix, StringComparison.Ordinal) && PartyId.IsValid(only[Prefix.Length..])
            ? new PartyId(only[Prefix.Length..])
            : null;
    }
}
