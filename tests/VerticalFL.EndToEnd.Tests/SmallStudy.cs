using System.Globalization;
using System.Text.Json.Nodes;
using VerticalFL.Testing;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>
/// A small folder for <c>vfl simulate</c> that is valid until a test changes it: every party knows the same patients, in an order of its own.
/// Patient ids begin with <c>pt-</c>, so that a test can tell whether one was shown.
/// </summary>
internal sealed class SmallStudy : IDisposable
{
    public const string IdPrefix = "pt-";
    private readonly TemporaryDirectory _directory = new();

    public SmallStudy(string task = "binary", string[]? featureParties = null, int patients = 120)
    {
        FeatureParties = featureParties ?? ["lab", "pharmacy"];
        Json = new JsonObject
        {
            ["name"] = "small",
            ["labelParty"] = "hospital",
            ["featureParties"] = Names(FeatureParties),
            ["task"] = task,
            ["model"] = new JsonObject { ["preset"] = "clinical" },
            ["training"] = new JsonObject { ["epochs"] = 3, ["batch"] = 32 },
            ["labels"] = new JsonObject { ["disclosedTo"] = Names(FeatureParties) },
        };
        MakeTables(task, patients);
    }

    public string[] FeatureParties { get; }

    /// <summary>study.json; a test may change it.</summary>
    public JsonObject Json { get; }

    /// <summary>Overrides <see cref="Json"/> with any text.</summary>
    public string? StudyText { get; set; }

    /// <summary>Lines of each table, the header first; a test may change them.</summary>
    public Dictionary<string, List<string>> Tables { get; } = [];

    /// <summary>Other files by name.</summary>
    public Dictionary<string, string> Others { get; } = [];

    /// <summary>Where the folder is, once written.</summary>
    public string Folder => _directory["study"];

    /// <summary>An output folder that does not exist yet.</summary>
    public string Out => _directory["out"];

    public string Directory => _directory.Path;

    public SmallStudy Write()
    {
        System.IO.Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "study.json"), StudyText ?? Json.ToJsonString());
        foreach ((string party, List<string> lines) in Tables)
        {
            File.WriteAllText(Path.Combine(Folder, party + ".csv"), string.Join('\n', lines) + "\n");
        }

        foreach ((string name, string text) in Others)
        {
            File.WriteAllText(Path.Combine(Folder, name), text);
        }

        return this;
    }

    /// <summary>Replaces a cell; the line counts from 1 as in an editor.</summary>
    public void SetCell(string party, int line, string column, string value)
    {
        int index = Array.IndexOf(Tables[party][0].Split(','), column);
        string[] cells = Tables[party][line - 1].Split(',');
        cells[index] = value;
        Tables[party][line - 1] = string.Join(',', cells);
    }

    /// <summary>Replaces a column on every row.</summary>
    public void SetColumn(string party, string column, Func<int, string> value)
    {
        for (int line = 2; line <= Tables[party].Count; line++)
        {
            SetCell(party, line, column, value(line));
        }
    }

    public static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];

    public void Dispose() => _directory.Dispose();

    // A linear congruential sequence: the same files everywhere, and no library to trust.
    private void MakeTables(string task, int patients)
    {
        uint state = 2026;
        double[] risk = [.. Enumerable.Range(0, patients).Select(_ => Next(ref state) + Next(ref state) - 1)];
        string outcome = task switch { "survival" => "time,event", _ => "label" };
        Tables["hospital"] = [$"patient_id,age,sex,{outcome}"];
        for (int i = 0; i < patients; i++)
        {
            double noise = (Next(ref state) - 0.5) * 0.6;
            string answer = task switch
            {
                "survival" => Invariant($"{5 + (20 * (1 - risk[i] + noise)):0.0},{(Next(ref state) < 0.7 ? 1 : 0)}"),
                "multiclass" => risk[i] + noise < -0.25 ? "low" : risk[i] + noise < 0.25 ? "middle" : "high",
                "regression" => Invariant($"{50 + (10 * (risk[i] + noise)):0.00}"),
                _ => risk[i] + noise > 0 ? "1" : "0",
            };
            Tables["hospital"].Add(Invariant($"{Patient(i)},{60 + (15 * risk[i]) + (10 * Next(ref state)):0.0},{(Next(ref state) < 0.5 ? "f" : "m")},{answer}"));
        }

        foreach (string party in FeatureParties)
        {
            List<string> lines = [.. Enumerable.Range(0, patients).Select(
                i => Invariant($"{Patient(i)},{risk[i] + (0.8 * Next(ref state)):0.000},{(2 * Next(ref state)):0.000},{(Next(ref state) < 0.3 ? "yes" : "no")}"))];
            Tables[party] = [$"patient_id,{party[0]}1,{party[0]}2,{party[0]}_flag", .. lines.AsEnumerable().Reverse()];
        }
    }

    public static string Patient(int i) => $"{IdPrefix}{i:0000}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Next(ref uint state)
    {
        state = (state * 1664525) + 1013904223;
        return state / (double)uint.MaxValue;
    }
}
