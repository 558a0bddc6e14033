using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Data;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Simulation;

/// <summary>
/// A folder with a whole consortium's input: <c>study.json</c>, one <c>PARTY.csv</c> for each party, and, where a party's policy differs
/// from the default one, <c>PARTY.policy.json</c>.
/// </summary>
public sealed class StudyFolder
{
    private const string PolicySuffix = ".policy.json";

    // Agents read large tables soon enough; small ones are read twice, so that a slip is told before anything is started.
    private const long CheckedBytes = 64 << 20;
    private readonly Dictionary<PartyId, Policy> _policies = [];

    private StudyFolder(string path, StudyDocument document)
    {
        FolderPath = path;
        Document = document;
    }

    /// <summary>The folder, as an absolute path.</summary>
    public string FolderPath { get; }

    /// <summary>The expanded study.</summary>
    public StudyDocument Document { get; }

    /// <summary>The study.</summary>
    public Study Study => Document.Study;

    /// <summary>Reads and checks the folder; the tables themselves are read by the parties' agents.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="seed">Replaces the study's seed. Default: the study's own.</param>
    /// <exception cref="StudyException">The study is not valid.</exception>
    /// <exception cref="SimulationException">The folder, the study file or a party's table is missing, or a policy is nobody's.</exception>
    /// <exception cref="PolicyException">A party's policy is not one.</exception>
    public static StudyFolder Load(string folder, int? seed = null)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new SimulationException(SimulationProblem.FileMissing, $"There is no folder {folder}: give one that holds study.json and one CSV file for each party.");
        }

        string file = Path.Combine(full, "study.json");
        if (!File.Exists(file))
        {
            throw new SimulationException(SimulationProblem.FileMissing, $"There is no {file}: let `vfl study new {folder} --label PARTY.COLUMN` write one, or write it by hand (see protocols/study.schema.json).");
        }

        StudyDocument document = StudyDocument.Load(file);
        if (seed is { } other)
        {
            document = StudyDocument.FromStudy(document.Study with { Seed = other });
        }

        PrivacyPreview.Check(document.Study);

        var loaded = new StudyFolder(full, document);
        PartyId[] missing = [.. document.Study.Parties.Where(p => !Path.Exists(loaded.TableOf(p)))];
        if (missing.Length > 0)
        {
            throw new SimulationException(
                SimulationProblem.FileMissing, $"{Path.GetFileName(loaded.TableOf(missing[0]))} is missing in {full}: the study names the party '{missing[0]}', so the folder needs its table.");
        }

        loaded.ReadPolicies();
        return loaded;
    }

    /// <summary>The party's table.</summary>
    public string TableOf(PartyId party) => Path.Combine(FolderPath, $"{party}.csv");

    /// <summary>The party's policy, if it has one of its own.</summary>
    internal string PolicyOf(PartyId party) => Path.Combine(FolderPath, party + PolicySuffix);

    /// <summary>Holds every party's policy and, unless the tables are large, its table against the study.</summary>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="DataException">A table cannot be used.</exception>
    /// <exception cref="RunFailedException">A party's policy refuses the study.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        bool small = Study.Parties.Sum(p => new FileInfo(TableOf(p)) is { Exists: true } file ? file.Length : 0) <= CheckedBytes;
        foreach (PartyId party in Study.Parties)
        {
            Policy policy = _policies.GetValueOrDefault(party) ?? Policy.Default;
            PolicyFinding? finding = small
                ? await TableCheck.RunAsync(TableOf(party), policy, Document, party, cancellationToken)
                : PolicyCheck.Evaluate(policy, Study, party).FirstOrDefault(f => f.Refuses);
            if (finding is not null)
            {
                throw new RunFailedException(
                    party,
                    RunOutcome.NotAllowed,
                    $"The policy of '{party}' refuses the study: {finding.Text.TrimEnd('.')}; change the study, or the field {finding.Rule} in {PolicyOf(party)}, which in a simulation is that party's policy.");
            }
        }
    }

    private void ReadPolicies()
    {
        foreach (string file in Directory.GetFiles(FolderPath, "*" + PolicySuffix))
        {
            string name = Path.GetFileName(file)[..^PolicySuffix.Length];
            PartyId[] owner = [.. Study.Parties.Where(p => p.Value == name)];
            if (owner.Length == 0)
            {
                throw new SimulationException(
                    SimulationProblem.FileMissing, $"{file} is the policy of no party: the study names {string.Join(", ", Study.Parties)}; rename the file or remove it.");
            }

            try
            {
                _policies.Add(owner[0], Policy.Parse(File.ReadAllBytes(file)));
            }
            catch (PolicyException e)
            {
                throw new PolicyException($"{file}: {e.Message}", e);
            }
        }
    }
}
