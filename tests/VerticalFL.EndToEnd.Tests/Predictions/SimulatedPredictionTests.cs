using System.Globalization;
using System.Text.Json.Nodes;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Storage;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Predictions;

/// <summary><c>vfl simulate --predict</c>: training and prediction on one machine, every service a process of its own.</summary>
public sealed class SimulatedPredictionTests
{
    [Fact]
    public async Task Patients_whose_outcome_the_report_judges_are_predicted_as_it_says()
    {
        using SmallStudy study = Study();

        // The second model is chosen and its shapes differ: a prediction by the first's would not even load.
        study.Json["model"] = new JsonObject { ["cut"] = 1, ["topDropout"] = 0.95 };
        study.Json["alternatives"] = new JsonArray(new JsonObject { ["preset"] = "linear" });
        study.Write();
        string patients = Patients(study, lines => lines);

        VflRun run = await VflRun.GoodAsync("simulate", study.Folder, "--predict", patients, "--out", study.Out, "--json");

        Assert.Equal([false, true], run.Json.GetProperty("models").EnumerateArray().Select(m => m.GetProperty("chosen").GetBoolean()));
        string file = Path.Combine(study.Out, "predictions.csv");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == AtomicFile.OwnerOnly);
        Dictionary<string, string[]> hospital = NewPatients.Read(Path.Combine(study.Folder, "hospital.csv"));
        Dictionary<string, string[]> predicted = NewPatients.Read(file);
        Assert.Equal(hospital.Keys, predicted.Keys);
        (double Number, double Outcome)[] test = [.. predicted.Where(p => hospital[p.Key][^1] == "test").Select(p => (Number(p.Value[0]), Number(hospital[p.Key][^2])))];
        double judged = run.Json.GetProperty("metrics").GetProperty("test").GetProperty("mae").GetDouble();
        Assert.Equal(judged, test.Average(t => Math.Abs(t.Number - t.Outcome)), 1e-9 * judged);
    }

    [Fact]
    public async Task Refusals_say_which_party_and_why_and_leave_the_report()
    {
        using SmallStudy study = Study();
        string few = Patients(study, lines => [.. lines.Take(41)]);
        string said = await VflRun.RefusedAsync(ExitCodes.CohortTooSmall, "simulate", study.Folder, "--predict", few, "--out", study.Out);
        Assert.Contains("40 new patients in common", said, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(study.Out, "report.html")));
        Assert.False(File.Exists(Path.Combine(study.Out, "predictions.csv")));

        string patients = Patients(study, lines => lines);
        File.WriteAllText(Path.Combine(study.Folder, "lab.policy.json"), "{}");
        string forbidden = await VflRun.RefusedAsync(ExitCodes.PolicyRefused, "simulate", study.Folder, "--predict", patients, "--out", study.Out, "--force");
        Assert.Contains("'lab' takes part in no predictions", forbidden, StringComparison.Ordinal);

        File.Delete(Path.Combine(patients, "pharmacy.csv"));
        Assert.Contains("pharmacy.csv is missing", await VflRun.RefusedAsync(
            ExitCodes.FileNotFound, "simulate", study.Folder, "--predict", patients, "--out", study.Out, "--force"), StringComparison.Ordinal);
        Assert.Contains("--seeds", await VflRun.RefusedAsync(
            ExitCodes.Usage, "simulate", study.Folder, "--predict", patients, "--seeds", "2", "--out", study.Out, "--force"), StringComparison.Ordinal);
    }

    private static double Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture);

    private static SmallStudy Study()
    {
        var study = new SmallStudy("regression");
        List<string> hospital = study.Tables["hospital"];
        for (int i = 0; i < hospital.Count; i++)
        {
            hospital[i] += i == 0 ? ",split" : i % 4 == 0 ? ",test" : ",train";
        }

        return study.Write();
    }

    private static string Patients(SmallStudy study, Func<List<string>, List<string>> choose)
    {
        string folder = Path.Combine(study.Directory, "new-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(folder);
        foreach ((string party, List<string> lines) in study.Tables)
        {
            // Parties list the same patients in orders of their own; what is chosen must be the same ones.
            File.WriteAllLines(Path.Combine(folder, party + ".csv"), choose([lines[0], .. lines[1..].Order(StringComparer.Ordinal)]).ToArray());
        }

        return folder;
    }
}
