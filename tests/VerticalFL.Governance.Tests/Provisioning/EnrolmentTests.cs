using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Provisioning;

public sealed class EnrolmentTests : IDisposable
{
    private static readonly PartyId Lab = new("lab");
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Create_makes_keys_for_the_owner_only_and_requests_without_secrets()
    {
        IReadOnlyList<Enrolment> made = Enrolment.Create(Lab, "alice", _directory["keys"]);

        Assert.Equal(
            ["operator-alice.csr.pem", "operator-alice.key.pem", "service.csr.pem", "service.key.pem"],
            Directory.GetFiles(_directory["keys"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(2, made.Count);
        foreach (Enrolment enrolment in made)
        {
            Assert.DoesNotContain("PRIVATE", File.ReadAllText(enrolment.RequestPath), StringComparison.Ordinal);
            SigningRequest request = SigningRequest.Parse(File.ReadAllText(enrolment.RequestPath));
            Assert.Equal(enrolment.Identity, request.Identity);
            Assert.Equal(enrolment.Pin, request.Pin);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(enrolment.KeyPath));
                Assert.Equal(
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory["keys"]));
            }
        }
    }

    [Fact]
    public void Create_keeps_what_is_there_unless_forced()
    {
        Enrolment.CreateService(Lab, _directory["keys"]);
        string before = File.ReadAllText(_directory["keys", "service.key.pem"]);

        Assert.Throws<KeyFileException>(() => Enrolment.Create(Lab, "alice", _directory["keys"]));
        Assert.False(File.Exists(_directory["keys", "operator-alice.key.pem"]));
        Assert.Equal(before, File.ReadAllText(_directory["keys", "service.key.pem"]));

        Enrolment.Create(Lab, "alice", _directory["keys"], force: true);
        Assert.NotEqual(before, File.ReadAllText(_directory["keys", "service.key.pem"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Alice")]
    [InlineData("../alice")]
    [InlineData("alice:bob")]
    [InlineData(".alice")]
    [InlineData("alice.")]
    public void Create_refuses_other_operator_names(string name)
    {
        Assert.Throws<KeyFileException>(() => Enrolment.CreateOperator(Lab, name, _directory["keys"]));
        Assert.False(Directory.Exists(_directory["keys"]));
    }

    [Fact]
    public void Operators_key_is_encrypted_by_a_passphrase()
    {
        Enrolment enrolment = Enrolment.CreateOperator(Lab, "alice.b", _directory["keys"], "correct horse");

        Assert.Contains("ENCRYPTED", File.ReadAllText(enrolment.KeyPath), StringComparison.Ordinal);
        KeyFile.Load(enrolment.KeyPath, "correct horse").Dispose();
        Assert.Throws<KeyFileException>(() => KeyFile.Load(enrolment.KeyPath, "wrong"));
    }

    [Fact]
    public void Certificate_of_another_key_is_refused()
    {
        using var consortium = new TestConsortium();
        string directory = consortium.Enrol("lab");
        string foreign = consortium.Enrol("hospital");
        File.Copy(Path.Combine(foreign, "service.cert.pem"), Path.Combine(directory, "service.cert.pem"), overwrite: true);

        Assert.Contains("key", Assert.Throws<CertificateException>(() => consortium.Service("lab")).Message, StringComparison.Ordinal);
    }
}
