using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Simulation;

/// <summary>A folder with one table of new patients for each party of a study, under names like those of a study's folder.</summary>
internal static class NewPatientsTables
{
    /// <summary>The name under which every simulated agent has its table.</summary>
    public const string Dataset = "new-patients";

    public static string PathOf(string folder, PartyId party) => Path.GetFullPath(Path.Combine(folder, $"{party}.csv"));

    /// <exception cref="SimulationException">The folder or a party's table is missing.</exception>
    public static void Check(string folder, Study study)
    {
        PartyId[] missing = [.. study.Parties.Where(p => !File.Exists(PathOf(folder, p)))];
        if (missing.Length > 0)
        {
            throw new SimulationException(
                SimulationProblem.FileMissing, $"{PathOf(folder, missing[0])} is missing: to predict new patients every party brings its table of them, and the study names the party '{missing[0]}'.");
        }
    }
}
