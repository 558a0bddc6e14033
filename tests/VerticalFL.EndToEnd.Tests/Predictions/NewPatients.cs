using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.EndToEnd.Tests.Services;

namespace VerticalFL.EndToEnd.Tests.Predictions;

/// <summary>Tables of patients who were not there at training: each party has the columns it trained on, and no outcome.</summary>
internal static class NewPatients
{
    public const string Dataset = "new patients";

    /// <summary>Writes a party's table of some patients, and gives what its configuration says of it.</summary>
    public static JsonObject Write(ServiceKit kit, string party, int first, int count)
    {
        var text = new StringBuilder(party == "hospital" ? "patient_id,age,stage\n" : $"patient_id,{party}_a,{party}_b,{party}_c\n");
        foreach (int p in Enumerable.Range(first, count).Reverse())
        {
            IEnumerable<string> values = Enumerable.Range(0, party == "hospital" ? 2 : 3).Select(c => Cohort.Value(p, (party.Length * 10) + c));
            text.Append(CultureInfo.InvariantCulture, $"{Cohort.Identifier(p)},{string.Join(',', values)}\n");
        }

        File.WriteAllText(kit[party, "new.csv"], text.ToString());
        return new JsonObject { ["csv"] = "new.csv" };
    }

    /// <summary>A policy that allows predictions on them.</summary>
    public static JsonObject Policy(int minimum = 50, int perPatient = 3) => new()
    {
        ["predictions"] = new JsonObject { ["datasets"] = new JsonArray("new*"), ["minimumPatients"] = minimum, ["perPatient"] = perPatient },
    };

    /// <summary>Rows of a CSV file by the first column.</summary>
    public static Dictionary<string, string[]> Read(string path) =>
        File.ReadLines(path).Skip(1).Select(l => l.Split(',')).ToDictionary(c => c[0], c => c[1..]);

    /// <summary>Trains a model; gives the study, the run and the report.</summary>
    public static async Task<(string Study, string Run, JsonElement Report)> TrainAsync(ServiceKit kit, string? study = null)
    {
        string id = await kit.SubmitAsync(study ?? Cohort.Study());
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        VflRun watched = await kit.WatchAsync(run);
        Xunit.Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);
        VflRun report = await VflRun.GoodAsync("study", "report", run, "--config", kit.ConfigOf("hospital"), "--out", kit["report-" + run], "--json");
        return (id, run, report.Json);
    }

    /// <summary>The verb at the label party.</summary>
    public static string[] Verb(ServiceKit kit, string model, string output, params string[] more) =>
        ["predict", model, "--dataset", Dataset, "--config", kit.ConfigOf("hospital"), "--out", kit[output], .. more];
}
