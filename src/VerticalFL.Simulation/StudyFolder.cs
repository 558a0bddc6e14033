using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Simulation;

/// <summary>
/// A folder with a whole consortium's input: <c>study.json</c>, one <c>PARTY.csv</c> for each party, and, where a party's policy differs
/// from the default one, <c>PARTY.policy.json</c>.
/// </summary>
public sealed class StudyFolder
{
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
    /// <exception cref="SimulationException">The folder, the study file or a party's table is missing.</exception>
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
            throw new SimulationException(SimulationProblem.FileMissing, $"There is no {file}: write one, the shortest has five lines (see protocols/study.schema.json).");
        }

        StudyDocument document = StudyDocument.Load(file);
        if (seed is { } other)
        {
            document = StudyDocument.FromStudy(document.Study with { Seed = other });
        }

        var loaded = new StudyFolder(full, document);
        PartyId[] missing = [.. document.Study.Parties.Where(p => !File.Exists(loaded.TableOf(p)))];
        return missing.Length == 0
            ? loaded
            : throw new SimulationException(
                SimulationProblem.FileMissing, $"{Path.GetFileName(loaded.TableOf(missing[0]))} is missing in {full}: the study names the party '{missing[0]}', so the folder needs its table.");
    }

    /// <summary>The party's table.</summary>
    public string TableOf(PartyId party) => Path.Combine(FolderPath, $"{party}.csv");

    /// <summary>The party's policy, if it has one of its own.</summary>
    internal string PolicyOf(PartyId party) => Path.Combine(FolderPath, $"{party}.policy.json");
}
