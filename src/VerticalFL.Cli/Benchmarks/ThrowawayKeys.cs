using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Transport.Security;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>Keys and certificates of a measurement, by the code of <c>vfl ca</c> and <c>vfl enroll</c>, in a directory that goes with them.</summary>
internal sealed class ThrowawayKeys : IDisposable
{
    private const string Certificate = "service.cert.pem";
    private const string Key = "service.key.pem";

    private readonly string _root = Directory.CreateTempSubdirectory("vfl-bench-").FullName;

    public ThrowawayKeys(params PartyId[] parties)
    {
        using CertificateAuthority authority = CertificateAuthority.Init(Path.Combine(_root, "ca"), "measurement");
        foreach (PartyId party in parties)
        {
            Enrolment made = Enrolment.CreateService(party, DirectoryOf(party));
            File.WriteAllText(Path.Combine(DirectoryOf(party), Certificate), authority.Sign(File.ReadAllText(made.RequestPath), days: 2).Pem);
            File.WriteAllText(Path.Combine(DirectoryOf(party), CertificateAuthority.CertificateFileName), authority.Certificate.ExportCertificatePem());
        }
    }

    public string DirectoryOf(PartyId party) => Path.Combine(_root, party.Value);

    public PartyCredentials Load(PartyId party) => Load(party, DirectoryOf(party));

    public static PartyCredentials Load(PartyId party, string directory) => PartyCredentials.Load(
        party,
        Path.Combine(directory, Certificate),
        Path.Combine(directory, Key),
        Path.Combine(directory, CertificateAuthority.CertificateFileName));

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
