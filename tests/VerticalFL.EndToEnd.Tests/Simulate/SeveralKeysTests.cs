using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Simulation;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>A whole simulation in which record numbers match some patients, and name and date of birth others.</summary>
public sealed class SeveralKeysTests
{
    [Fact]
    public async Task Patients_are_matched_by_the_second_key_where_the_first_is_missing_and_the_report_counts_both()
    {
        using SmallStudy study = Study();

        VflRun run = await VflRun.GoodAsync("simulate", study.Folder, "--predict", study.Folder, "--out", study.Out, "--json");

        // Every third patient lacks a number at the lab; of these every fifth has another name there and is not found at all.
        JsonElement alignment = run.Json.GetProperty("alignment");
        JsonElement[] passes = [.. alignment.GetProperty("passes").EnumerateArray()];
        Assert.Equal([80, 32], passes.Select(p => p.GetProperty("matched").GetInt32()));
        Assert.Equal(112, alignment.GetProperty("intersection").GetInt32());
        Assert.Equal([120, 80], [passes[0].GetProperty("sizes").GetProperty("hospital").GetInt32(), passes[0].GetProperty("sizes").GetProperty("lab").GetInt32()]);
        Assert.Equal([40, 40], [passes[1].GetProperty("sizes").GetProperty("hospital").GetInt32(), passes[1].GetProperty("sizes").GetProperty("lab").GetInt32()]);
        Assert.Contains("32 of the 112 common patients were matched by a later key", run.Output, StringComparison.Ordinal);
        Assert.Contains("lastName, birthDate", await File.ReadAllTextAsync(Path.Combine(study.Out, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Assert.Contains(
            "matched    80 by mrn, then 32 by lastName and birthDate", ReportText.Lines(ReportJson.Parse(await File.ReadAllBytesAsync(Path.Combine(study.Out, "report.json"), TestContext.Current.CancellationToken))));

        string[] predicted = await File.ReadAllLinesAsync(Path.Combine(study.Out, "predictions.csv"), TestContext.Current.CancellationToken);
        Assert.StartsWith("mrn,lastName,birthDate,", predicted[0], StringComparison.Ordinal);
        Assert.Equal(1 + 112, predicted.Length);
    }

    [Fact]
    public async Task Lines_are_listed_key_by_key_before_anything_is_sent()
    {
        using SmallStudy study = Study();
        string lab = Path.Combine(study.Folder, "lab.csv");

        VflRun text = await VflRun.GoodAsync("data", "keys", lab, "--study", Path.Combine(study.Folder, "study.json"));
        Assert.Contains("key 1, mrn: names 80 of 120 rows", text.Output, StringComparison.Ordinal);
        Assert.Contains("key 2, name and dob: names 120 of 120 rows", text.Output, StringComparison.Ordinal);
        Assert.Contains("40 row(s) lack it, on line ", text.Output, StringComparison.Ordinal);

        VflRun json = await VflRun.GoodAsync("data", "keys", lab, "--study", Path.Combine(study.Folder, "study.json"), "--json");
        Assert.Equal(40, json.Json.GetProperty("keys")[0].GetProperty("blankLines").GetArrayLength());
        Assert.Equal(0, json.Json.GetProperty("linesWithoutKey").GetArrayLength());
        Assert.Contains("--party", await VflRun.RefusedAsync(
            ExitCodes.Usage, "data", "keys", lab, "--study", Path.Combine(study.Folder, "study.json"), "--party", "nobody"), StringComparison.Ordinal);
    }

    private static SmallStudy Study()
    {
        var study = new SmallStudy();
        foreach ((string party, List<string> lines) in study.Tables)
        {
            string[] patients = [.. lines.Select(l => l.Split(',')[0])];
            bool lab = party == "lab";
            lines[0] = (lab ? "mrn,name,dob" : "mrn,lastName,birthDate") + lines[0]["patient_id".Length..];
            for (int i = 1; i < lines.Count; i++)
            {
                int patient = int.Parse(patients[i][SmallStudy.IdPrefix.Length..], System.Globalization.CultureInfo.InvariantCulture);
                var born = new DateOnly(1950 + (patient % 50), 1 + (patient % 12), 1 + (patient % 28));
                string name = "Müller" + (char)('a' + (patient % 26)) + (char)('a' + (patient / 26));
                string mrn = lab && patient % 3 == 0 ? "" : lab ? $"{patient + 1}" : $"{patient + 1:00000}";
                string other = patient % 15 == 0 ? "x" : "";
                string key = lab
                    ? $"{mrn},{name.Replace("ü", "u", StringComparison.Ordinal).ToUpperInvariant()}{other},{born.Day}.{born.Month}.{born.Year}"
                    : $"{mrn},{name},{born:yyyy-MM-dd}";
                lines[i] = key + lines[i][patients[i].Length..];
            }
        }

        study.Json["identifiers"] = JsonNode.Parse("""[["mrn:mrn"], ["lastName:name", "birthDate:date"]]""");
        study.Json["data"] = JsonNode.Parse("""{ "lab": { "identifiers": { "lastName": "name", "birthDate": "dob:dateDayFirst" } } }""");
        study.Others["hospital.policy.json"] = study.Others["lab.policy.json"] = study.Others["pharmacy.policy.json"] = """{ "predictions": { "datasets": ["*"] } }""";
        return study.Write();
    }
}
