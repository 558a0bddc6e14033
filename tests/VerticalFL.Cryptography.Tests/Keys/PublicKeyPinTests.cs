using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Keys;

public sealed class PublicKeyPinTests
{
    // The Ed25519 key of RFC 8410 section 10.1; the hash was computed with OpenSSL.
    private const string Info = "302a300506032b657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

    [Fact]
    public void Pin_is_the_hash_of_the_key_information() =>
        Assert.Equal(
            "sha256:a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f",
            PublicKeyPin.OfSubjectPublicKeyInfo(Convert.FromHexString(Info)));

    [Fact]
    public void Pin_of_a_certificate_is_its_keys_and_survives_renewal()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 first = Certificate(key, "CN=first"), renewed = Certificate(key, "CN=renewed");
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 other = Certificate(otherKey, "CN=first");

        Assert.Equal(PublicKeyPin.OfSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo()), PublicKeyPin.Of(first));
        Assert.Equal(PublicKeyPin.Of(first), PublicKeyPin.Of(renewed));
        Assert.NotEqual(PublicKeyPin.Of(first), PublicKeyPin.Of(other));
        Assert.True(PublicKeyPin.IsWellFormed(PublicKeyPin.Of(first)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    public void Another_form_is_not_well_formed(string pin) => Assert.False(PublicKeyPin.IsWellFormed(pin));

    private static X509Certificate2 Certificate(ECDsa key, string name) =>
        new CertificateRequest(name, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
}
