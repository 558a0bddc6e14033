using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Provisioning;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly TestConsortium _consortium = new();

    public void Dispose() => _consortium.Dispose();

    [Fact]
    public void Golden_path_ends_with_identities_that_load_and_verify()
    {
        _consortium.Enrol("lab");

        using ServiceIdentity service = _consortium.Service("lab");
        using OperatorIdentity person = _consortium.Operator("lab");

        Assert.Equal(new PartyId("lab"), service.Party);
        Assert.True(service.Certificate.HasPrivateKey);
        Assert.Equal(new PartyId("lab"), person.Party);
        Assert.Equal("alice", person.Name);
        Assert.Null(service.Root.CheckService(service.Certificate, _consortium.Clock.Now, out CertificateIdentity? identity));
        Assert.Equal("urn:vfl:party:lab", identity!.Uri);
    }

    [Fact]
    public void Service_certificate_holds_the_profile_and_nothing_from_the_request()
    {
        IssuedCertificate issued = _consortium.Authority.Sign(Request("urn:vfl:party:lab", r =>
        {
            r.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            r.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        }, subject: "CN=hospital, O=Elsewhere"));

        X509Certificate2 certificate = issued.Certificate;
        Assert.Equal("CN=lab", certificate.Subject);
        Assert.False(Assert.Single(certificate.Extensions.OfType<X509BasicConstraintsExtension>()).CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, Assert.Single(certificate.Extensions.OfType<X509KeyUsageExtension>()).KeyUsages);
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
            Assert.Single(certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()).EnhancedKeyUsages.OfType<Oid>().Select(o => o.Value!));
        Assert.Equal(6, certificate.Extensions.Count);
        Assert.True(certificate.NotAfter - certificate.NotBefore <= TimeSpan.FromDays(365));
    }

    [Theory]
    [InlineData("urn:vfl:party:Lab")]
    [InlineData("urn:vfl:party:")]
    [InlineData("urn:vfl:party:lab:alice")]
    [InlineData("urn:vfl:operator:lab")]
    [InlineData("urn:vfl:operator:lab:")]
    [InlineData("urn:vfl:operator:lab:al:ice")]
    [InlineData("https://example.org/lab")]
    public void Sign_refuses_other_names(string uri) =>
        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(Request(uri)));

    [Fact]
    public void Sign_refuses_two_names_and_none()
    {
        var two = new SubjectAlternativeNameBuilder();
        two.AddUri(new Uri("urn:vfl:party:lab"));
        two.AddUri(new Uri("urn:vfl:party:hospital"));
        var mixed = new SubjectAlternativeNameBuilder();
        mixed.AddUri(new Uri("urn:vfl:party:lab"));
        mixed.AddDnsName("hospital.example");

        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(Request(null, r => r.CertificateExtensions.Add(two.Build()))));
        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(Request(null, r => r.CertificateExtensions.Add(mixed.Build()))));
        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(Request(null)));
    }

    [Fact]
    public void Sign_refuses_a_request_whose_signature_is_wrong()
    {
        byte[] der = Convert.FromBase64String(string.Concat(Request("urn:vfl:party:lab").Split('\n').Where(l => !l.StartsWith('-'))));
        der[^1] ^= 1;
        string changed = new(PemEncoding.Write("CERTIFICATE REQUEST", der));

        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(changed));
        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign("no request"));
    }

    [Fact]
    public void Sign_refuses_keys_that_are_not_on_P256()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=lab", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(Name("urn:vfl:party:lab"));
        using ECDsa larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(request.CreateSigningRequestPem()));
        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(Request("urn:vfl:party:lab", key: larger)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(366)]
    [InlineData(-1)]
    public void Sign_refuses_other_validities(int days) =>
        Assert.Throws<CertificateException>(() => _consortium.Authority.Sign(Request("urn:vfl:party:lab"), days));

    [Fact]
    public void Certificate_is_refused_before_and_after_its_time_for_another_use_and_by_another_root()
    {
        IssuedCertificate service = _consortium.Authority.Sign(Request("urn:vfl:party:lab"), 10);
        IssuedCertificate person = _consortium.Authority.Sign(Request("urn:vfl:operator:lab:alice"));
        var root = new ConsortiumRoot(_consortium.Authority.Certificate);
        using var other = new TestConsortium("Other");
        DateTimeOffset now = _consortium.Clock.Now;

        Assert.Null(root.CheckService(service.Certificate, now, out _));
        Assert.Null(root.CheckOperator(person.Certificate, now, out _));
        Assert.NotNull(root.CheckService(service.Certificate, now.AddDays(11), out _));
        Assert.NotNull(root.CheckService(service.Certificate, now.AddDays(-1), out _));
        Assert.NotNull(root.CheckService(person.Certificate, now, out _));
        Assert.NotNull(root.CheckOperator(service.Certificate, now, out _));
        Assert.NotNull(new ConsortiumRoot(other.Authority.Certificate).CheckService(service.Certificate, now, out _));

        // A root of the same name and another key.
        using var twin = new TestConsortium();
        Assert.NotNull(new ConsortiumRoot(twin.Authority.Certificate).CheckService(service.Certificate, now, out _));
    }

    [Fact]
    public void Revoked_certificate_is_refused_once_the_list_is_known()
    {
        string directory = _consortium.Enrol("lab");
        X509Certificate2 certificate = CertificateFile.Load(Path.Combine(directory, "service.cert.pem"));

        RevocationList list = _consortium.Authority.Revoke(certificate);
        _consortium.Service("lab").Dispose();
        _consortium.PublishTo(directory);

        Assert.Equal(1, list.Number);
        Assert.Contains("revoked", Assert.Throws<CertificateException>(() => _consortium.Service("lab")).Message, StringComparison.Ordinal);
        Assert.Throws<CertificateException>(() => _consortium.Authority.Revoke(certificate));
        Assert.Throws<CertificateException>(() => _consortium.Authority.Revoke("00ff"));
    }

    [Fact]
    public void Init_keeps_an_existing_root() =>
        Assert.Throws<CertificateException>(() => CertificateAuthority.Init(_consortium.AuthorityDirectory, "Another"));

    [Fact]
    public void Key_is_closed_to_others_and_opens_by_its_passphrase_only()
    {
        using var directory = new TemporaryDirectory();
        CertificateAuthority.Init(directory["ca"], "Closed", "correct horse").Dispose();
        string key = directory["ca", CertificateAuthority.KeyFileName];

        Assert.True(KeyFile.IsEncrypted(key));
        CertificateAuthority.Open(directory["ca"], "correct horse").Dispose();
        Assert.Throws<KeyFileException>(() => CertificateAuthority.Open(directory["ca"], "wrong horse"));
        Assert.Throws<KeyFileException>(() => CertificateAuthority.Open(directory["ca"]));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Throws<KeyFileException>(() => CertificateAuthority.Open(directory["ca"], "correct horse"));
        }
    }

    [Fact]
    public void Index_survives_a_torn_line()
    {
        IssuedCertificate first = _consortium.Authority.Sign(Request("urn:vfl:party:lab"));
        File.AppendAllText(Path.Combine(_consortium.AuthorityDirectory, CertificateAuthority.IndexFileName), "{\"serial\":\"12");
        IssuedCertificate second = _consortium.Authority.Sign(Request("urn:vfl:party:lab"));

        Assert.Single(_consortium.Authority.Revoke(first.Serial).Revoked);
        Assert.Equal(2, _consortium.Authority.Revoke(second.Serial).Revoked.Count);
    }

    internal static string Request(string? uri, Action<CertificateRequest>? more = null, string subject = "CN=x", ECDsa? key = null)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key ?? own, HashAlgorithmName.SHA256);
        if (uri is not null)
        {
            request.CertificateExtensions.Add(Name(uri));
        }

        more?.Invoke(request);
        return request.CreateSigningRequestPem();
    }

    private static X509Extension Name(string uri)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(uri));
        return names.Build();
    }
}
