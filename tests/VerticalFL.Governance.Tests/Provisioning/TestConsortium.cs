using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Testing;

namespace VerticalFL.Governance.Tests.Provisioning;

/// <summary>A root and enrolled parties in a temporary directory, by the same code as in earnest.</summary>
internal sealed class TestConsortium : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public TestConsortium(string name = "Test consortium")
    {
        Authority = CertificateAuthority.Init(AuthorityDirectory, name, clock: Clock);
    }

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public CertificateAuthority Authority { get; }

    public string AuthorityDirectory => _directory["ca"];

    public string DirectoryOf(string party) => _directory[party];

    /// <summary>Keys, requests, certificates and the root's public files: all that a party has in the end.</summary>
    public string Enrol(string party, string operatorName = "alice")
    {
        string directory = DirectoryOf(party);
        foreach (Enrolment enrolment in Enrolment.Create(new PartyId(party), operatorName, directory))
        {
            IssuedCertificate issued = Authority.Sign(File.ReadAllText(enrolment.RequestPath));
            File.WriteAllText(enrolment.RequestPath.Replace(".csr.pem", ".cert.pem", StringComparison.Ordinal), issued.Pem);
        }

        PublishTo(directory);
        return directory;
    }

    public void PublishTo(string directory)
    {
        foreach (string file in (string[])[CertificateAuthority.CertificateFileName, RevocationList.FileName])
        {
            File.Copy(Path.Combine(AuthorityDirectory, file), Path.Combine(directory, file), overwrite: true);
        }
    }

    public ServiceIdentity Service(string party) => ServiceIdentity.Load(DirectoryOf(party), Clock);

    public OperatorIdentity Operator(string party, string name = "alice") => OperatorIdentity.Load(DirectoryOf(party), name, null, Clock);

    public void Dispose()
    {
        Authority.Dispose();
        _directory.Dispose();
    }
}
