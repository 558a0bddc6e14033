using VerticalFL.Governance.Provisioning;
using Xunit;

namespace VerticalFL.Governance.Tests.Provisioning;

public sealed class RevocationListTests : IDisposable
{
    private readonly TestConsortium _consortium = new();

    public void Dispose() => _consortium.Dispose();

    [Theory]
    [InlineData("\"number\": 1", "\"number\": 2")]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"revoked\": [", "\"revoked\": [], \"x\": [")]
    [InlineData("\"serial\": \"", "\"serial\": \"0")]
    [InlineData("\"serial\": \"", "\"serial\": \"A")]
    [InlineData("\"signature\": \"", "\"signature\": \"AAAA")]
    [InlineData("\"issued\"", "\"number\": 1, \"issued\"")]
    public void Load_refuses_changes(string old, string replacement)
    {
        string path = Revoked();
        string json = File.ReadAllText(path);
        Assert.Contains(old, json, StringComparison.Ordinal);

        File.WriteAllText(path, json.Replace(old, replacement, StringComparison.Ordinal));

        Assert.Throws<CertificateException>(() => RevocationList.Load(path, _consortium.Authority.Certificate));
    }

    [Fact]
    public void Load_refuses_another_roots_list_and_emptied_files()
    {
        string path = Revoked();
        using var other = new TestConsortium();

        Assert.Single(RevocationList.Load(path, _consortium.Authority.Certificate).Revoked);
        Assert.Throws<CertificateException>(() => RevocationList.Load(path, other.Authority.Certificate));
        File.WriteAllText(path, "");
        Assert.Throws<CertificateException>(() => RevocationList.Load(path, _consortium.Authority.Certificate));
    }

    private string Revoked()
    {
        _consortium.Authority.Revoke(_consortium.Authority.Sign(CertificateAuthorityTests.Request("urn:vfl:party:lab")).Serial);
        return Path.Combine(_consortium.AuthorityDirectory, RevocationList.FileName);
    }
}
