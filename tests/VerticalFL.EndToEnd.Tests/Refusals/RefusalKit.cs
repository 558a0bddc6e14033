using System.Text.Json;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Testing;

namespace VerticalFL.EndToEnd.Tests.Refusals;

/// <summary>Keys, certificates and configurations of services, each in a directory of its own, made as operators make them.</summary>
internal sealed class RefusalKit : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public RefusalKit(string consortium = "test") => CertificateAuthority.Init(
        _directory["ca"], consortium, clock: new ManualTime(TimeProvider.System.GetUtcNow().AddDays(-30))).Dispose();

    public string this[params string[] parts] => _directory[parts];

    /// <summary>Makes keys and a certificate.</summary>
    /// <param name="party">Whose.</param>
    /// <param name="clock">When the certificate is signed, for one that has run out.</param>
    public IssuedCertificate Enrol(PartyId party, TimeProvider? clock = null)
    {
        Enrolment made = Enrolment.CreateService(party, _directory[party.Value]);
        using CertificateAuthority authority = CertificateAuthority.Open(_directory["ca"], clock: clock);
        IssuedCertificate issued = authority.Sign(File.ReadAllText(made.RequestPath), days: 2);
        File.WriteAllText(_directory[party.Value, "service.cert.pem"], issued.Pem);
        File.Copy(_directory["ca", CertificateAuthority.CertificateFileName], _directory[party.Value, CertificateAuthority.CertificateFileName]);
        return issued;
    }

    public void Revoke(IssuedCertificate certificate, PartyId whoKnows)
    {
        using CertificateAuthority authority = CertificateAuthority.Open(_directory["ca"]);
        authority.Revoke(certificate.Serial);
        File.Copy(_directory["ca", RevocationList.FileName], _directory[whoKnows.Value, RevocationList.FileName], overwrite: true);
    }

    /// <summary>Writes <c>coordinator.json</c>.</summary>
    public string Coordinator(int port = 0) => Write(PartyId.Coordinator, new { listen = $"127.0.0.1:{port}", keys = ".", stateDirectory = "s" });

    /// <summary>Writes <c>agent.json</c>.</summary>
    public string Agent(PartyId party, int port, string? saysItIs = null) =>
        Write(party, new { party = saysItIs ?? party.Value, coordinator = $"127.0.0.1:{port}", keys = ".", stateDirectory = "s" });

    public string StateOf(PartyId party) => _directory[party.Value, "s"];

    public void Dispose() => _directory.Dispose();

    private string Write<T>(PartyId party, T configuration)
    {
        string path = _directory[party.Value, "config.json"];
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(configuration));
        return path;
    }
}
