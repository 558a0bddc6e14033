using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Simulation;

/// <summary>
/// Keys, certificates and configurations of a simulated consortium, in a private temporary directory. They are made in one place, by the
/// code of <c>vfl ca</c> and <c>vfl enroll</c>: fit for a simulation only, and gone with it.
/// </summary>
internal sealed class ConsortiumKit : IDisposable
{
    private const string OperatorName = "simulation";
    private const string Prefix = "vfl-";
    private const string LockName = "simulation.lock";
    private readonly StudyFolder _folder;
    private readonly SimulationOptions _options;
    private readonly string _root;
    private readonly FileStream _lock;

    private ConsortiumKit(StudyFolder folder, SimulationOptions options, string root)
    {
        _folder = folder;
        _options = options;
        _root = root;
        _lock = Lock(root, FileMode.CreateNew);
    }

    public StudyDocument Study => _folder.Document;

    public IReadOnlyList<PartyId> Parties => [.. _folder.Study.Parties];

    /// <summary>Whether leaks are audited: it was asked for, or the study has limits.</summary>
    public bool Audited => _options.Audit || Study.Study.Audit is not null;

    /// <summary>The party that cheats in training; null when nobody does.</summary>
    public PartyId? Cheat => _options.Cheat;

    public static ConsortiumKit Create(StudyFolder folder, SimulationOptions? options = null)
    {
        RemoveOrphans();

        // Short, because the path of a Unix domain socket is.
        var kit = new ConsortiumKit(folder, options ?? new SimulationOptions(), Directory.CreateTempSubdirectory(Prefix).FullName);
        try
        {
            using CertificateAuthority authority = CertificateAuthority.Init(Path.Combine(kit._root, "ca"), ConsortiumRoot.SimulatedName);
            foreach (PartyId party in kit.Parties.Append(PartyId.Coordinator))
            {
                kit.Enrol(authority, party);
            }

            return kit;
        }
        catch
        {
            kit.Dispose();
            throw;
        }
    }

    public string StateOf(PartyId party) => Path.Combine(DirectoryOf(party), "s");

    public string WriteCoordinator() => Write(PartyId.Coordinator, "coordinator.json", new { listen = "127.0.0.1:0", stateDirectory = "s", keys = "." });

    public string WriteAgent(PartyId party, int port)
    {
        string dataset = _folder.Study.Data.GetValueOrDefault(party)?.Dataset ?? _folder.Study.Name;
        string policy = _folder.PolicyOf(party);
        var datasets = new Dictionary<string, object> { [dataset] = new { csv = _folder.TableOf(party) } };
        if (_options.NewPatients is { } newPatients)
        {
            datasets[NewPatientsTables.Dataset] = new { csv = NewPatientsTables.PathOf(newPatients, party) };
        }

        byte[] seed = SHA256.HashData(Encoding.UTF8.GetBytes($"vfl/v1/simulated-seed/{_folder.Study.Seed}/{party}"));
        return Write(party, "agent.json", new
        {
            party = party.Value,
            coordinator = $"127.0.0.1:{port}",
            stateDirectory = "s",
            keys = ".",
            datasets,
            policy = File.Exists(policy) ? JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(policy))
                : _options.NewPatients is null ? (JsonElement?)null
                : JsonSerializer.SerializeToElement(new { predictions = new { datasets = new[] { NewPatientsTables.Dataset } } }),
            audit = Audited,
            simulatedCheat = party == Cheat,
            simulatedSeed = Convert.ToHexStringLower(seed),
        });
    }

    public byte[] SignApproval(PartyId party)
    {
        using OperatorIdentity identity = OperatorIdentity.Load(DirectoryOf(party), OperatorName);
        return MessageCodec.Encode(Approval.Decide(Study, identity, approved: true, TimeProvider.System.GetUtcNow()).Sign(identity));
    }

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        _lock.Dispose();
    }

    // The operating system lets a lock go with its process, so a directory whose lock can be had belongs to a simulation that was killed.
    private static void RemoveOrphans()
    {
        foreach (string directory in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                using FileStream had = Lock(directory, FileMode.Open);
                Directory.Delete(directory, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is in use, not ours, or none of a simulation.
            }
        }
    }

    private static FileStream Lock(string root, FileMode mode) => new(Path.Combine(root, LockName), mode, FileAccess.ReadWrite, FileShare.None);

    private string DirectoryOf(PartyId party) => Path.Combine(_root, party.Value);

    private void Enrol(CertificateAuthority authority, PartyId party)
    {
        string directory = DirectoryOf(party);
        foreach (Enrolment made in Enrolment.Create(party, OperatorName, directory))
        {
            string certificate = made.RequestPath.Replace(".csr.pem", ".cert.pem", StringComparison.Ordinal);
            File.WriteAllText(certificate, authority.Sign(File.ReadAllText(made.RequestPath), days: 2).Pem);
        }

        File.WriteAllText(Path.Combine(directory, CertificateAuthority.CertificateFileName), authority.Certificate.ExportCertificatePem());
    }

    private string Write<T>(PartyId party, string name, T configuration)
    {
        string path = Path.Combine(DirectoryOf(party), name);
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(configuration, new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull }));
        return path;
    }
}
