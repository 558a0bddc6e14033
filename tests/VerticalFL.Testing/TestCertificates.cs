using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Messages;
using VerticalFL.Transport.Security;

namespace VerticalFL.Testing;

/// <summary>A consortium's certificate authority for tests, made in memory; every way of being wrong is a parameter.</summary>
public sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public TestCertificates(string name = "Test consortium")
    {
        var request = new CertificateRequest($"CN={name}", _rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddYears(-2), TimeProvider.System.GetUtcNow().AddYears(10));
    }

    /// <summary>The root certificate; a new copy, for whoever disposes its own.</summary>
    public X509Certificate2 Root => X509CertificateLoader.LoadCertificate(_root.RawData);

    /// <summary>A certificate with its key.</summary>
    public X509Certificate2 Issue(
        PartyId party, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, bool server = true, bool client = true, string? uri = null, string? secondUri = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={party}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri ?? party.Uri));
        if (secondUri is not null)
        {
            names.AddUri(new Uri(secondUri));
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var uses = new OidCollection();
        if (server)
        {
            uses.Add(new Oid(ServerAuthentication));
        }

        if (client)
        {
            uses.Add(new Oid(ClientAuthentication));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        serial[0] |= 0x01;
        using X509Certificate2 bare = request.Create(
            _root, notBefore ?? TimeProvider.System.GetUtcNow().AddDays(-1), notAfter ?? TimeProvider.System.GetUtcNow().AddDays(30), serial);
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Ready credentials.</summary>
    public PartyCredentials Credentials(
        PartyId party, X509Certificate2? certificate = null, IReadOnlyDictionary<PartyId, string>? pins = null, IEnumerable<string>? revoked = null) =>
        new(party, certificate ?? Issue(party), Root, pins, revoked);

    public void Dispose()
    {
        _rootKey.Dispose();
        _root.Dispose();
    }
}
