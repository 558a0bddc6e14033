using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Schema;
using VerticalFL.Messages;

namespace VerticalFL.Simulation.Drafting;

/// <summary>The tables of a folder, one for each party, from which a study is drafted.</summary>
public sealed class FolderTables
{
    private static readonly string[] OutcomeNames = ["label", "outcome", "target", "class", "subtype", "time", "died", "death", "dead", "status", "response", "diagnosis"];

    private FolderTables(string folder, SortedDictionary<PartyId, Table> tables) => (Folder, Tables) = (folder, tables);

    /// <summary>The folder, as an absolute path.</summary>
    public string Folder { get; }

    internal IReadOnlyDictionary<PartyId, Table> Tables { get; }

    /// <summary>Reads every CSV file of the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="SimulationException">There is no folder, or not at least two tables in it, or one is not named as a party can be.</exception>
    /// <exception cref="DataException">A table cannot be read.</exception>
    public static async Task<FolderTables> ReadAsync(string folder, CancellationToken cancellationToken = default)
    {
        string full = Path.GetFullPath(folder);
        if (!Directory.Exists(full))
        {
            throw new SimulationException(SimulationProblem.FileMissing, $"There is no folder {folder}: give one that holds one CSV file for each party, named like the party.");
        }

        string[] files = [.. Directory.GetFiles(full, "*.csv").Order(StringComparer.Ordinal)];
        if (files.Length < 2)
        {
            throw new SimulationException(
                SimulationProblem.FileMissing, $"{full} holds {(files.Length == 0 ? "no CSV file" : "one CSV file")}: a consortium is two parties at least, so put one PARTY.csv for each into it.");
        }

        var tables = new SortedDictionary<PartyId, Table>();
        foreach (string file in files)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (!PartyId.IsValid(name) || new PartyId(name) == PartyId.Coordinator)
            {
                throw new SimulationException(
                    SimulationProblem.FileMissing, $"{file} is not named like a party: rename it to 1 to 32 lower-case letters, digits and hyphens, such as lab.csv (coordinator is taken), or move it away.");
            }

            tables.Add(new PartyId(name), await CsvSource.ReadAsync(file, cancellationToken));
        }

        return new FolderTables(full, tables);
    }

    /// <summary>The table of a party; null when the folder has none.</summary>
    internal Table? Find(PartyId party) => Tables.GetValueOrDefault(party);

    /// <summary>Columns that may be the outcome, such as <c>hospital.label</c>: by their names or, where no name tells, those of two values. At most eight.</summary>
    public IReadOnlyList<string> LikelyOutcomes()
    {
        string[] named = [.. Columns(p => OutcomeNames.Contains(p.Name.ToLowerInvariant()))];
        return [.. (named.Length > 0 ? named : Columns(p => p.Distinct == 2 && p.Missing == 0)).Take(8)];
    }

    private IEnumerable<string> Columns(Func<ColumnProfile, bool> fits) => Tables.SelectMany(
        t => SchemaInference.Profile(t.Value).Where(p => p.Kind != ColumnKind.Identifier && fits(p)).Select(p => $"{t.Key}.{p.Name}"));
}
