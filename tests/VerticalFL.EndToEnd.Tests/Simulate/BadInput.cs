using System.Text.Json.Nodes;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>One way to spoil a valid folder or command line, the exit code that is documented for it, and what the sentence has to name.</summary>
internal sealed record BadInput(string Name, int ExitCode, Action<SmallStudy> Spoil, params string[] Names)
{
    /// <summary>What stands after <c>simulate</c>; default: the folder and the output folder.</summary>
    public Func<SmallStudy, string[]>? Arguments { get; init; }

    /// <summary>Spoils the folder after it has been written.</summary>
    public Action<SmallStudy>? SpoilFiles { get; init; }

    /// <summary>Whether the output folder is there beforehand.</summary>
    public bool OutputExists { get; init; }

    public SmallStudy MakeFolder()
    {
        var study = new SmallStudy();
        Spoil(study);
        study.Write();
        SpoilFiles?.Invoke(study);
        return study;
    }

    public override string ToString() => Name;

    public static IReadOnlyList<BadInput> All { get; } = [.. OfCommandLine(), .. OfStudy(), .. OfFiles(), .. OfTables(), .. OfPolicies()];

    private static IEnumerable<BadInput> OfCommandLine() =>
    [
        new("no arguments", 2, Keep, "--help") { Arguments = _ => [] },
        new("unknown option", 2, Keep, "--outt", "--help") { Arguments = s => [s.Folder, "--outt", s.Out] },
        new("seed that is no number", 2, Keep, "--seed", "--help") { Arguments = s => [s.Folder, "--out", s.Out, "--seed", "seven"] },
        new("negative seed", 10, Keep, "$.seed", "out of range") { Arguments = s => [s.Folder, "--out", s.Out, "--seed", "-1"] },
        new("two folders", 2, Keep, "--help") { Arguments = s => [s.Folder, s.Folder, "--out", s.Out] },
        new("missing folder", 4, Keep, "nowhere", "study.json") { Arguments = s => [s.Folder + "/nowhere", "--out", s.Out] },
        new("folder that is a file", 4, Keep, "lab.csv", "study.json") { Arguments = s => [s.Folder + "/lab.csv", "--out", s.Out] },
        new("output that is not empty", 3, Keep, "--force")
        {
            OutputExists = true,
            SpoilFiles = s =>
            {
                Directory.CreateDirectory(s.Out);
                File.WriteAllText(Path.Combine(s.Out, "thesis.docx"), "");
            },
        },
        new("output that is a file", 3, Keep, "--out") { OutputExists = true, SpoilFiles = s => File.WriteAllText(s.Out, "") },
        new("output below a file", 5, Keep, "--out") { Arguments = s => [s.Folder, "--out", s.Folder + "/lab.csv/report"] },
    ];

    private static IEnumerable<BadInput> OfStudy() =>
    [
        new("missing study.json", 4, Keep, "study.json") { SpoilFiles = s => File.Delete(s.Folder + "/study.json") },
        new("study.json is a folder", 4, Keep, "study.json")
        {
            SpoilFiles = s =>
            {
                File.Delete(s.Folder + "/study.json");
                Directory.CreateDirectory(s.Folder + "/study.json");
            },
        },
        new("empty study.json", 10, s => s.StudyText = "", "study.json"),
        new("invalid JSON", 10, s => s.StudyText = "{ \"name\": \"small\",\n  \"labelParty\": hospital }", "study.json", "line 2"),
        new("unknown field", 10, s => s.Json["epochs"] = 5, "study.json", "$.epochs"),
        new("misspelt field", 10, s => s.Json["training"]!["epoch"] = 5, "study.json", "$.training.epoch", "epochs"),
        new("field given twice", 10, s => s.StudyText = s.Json.ToJsonString().Replace("\"name\":\"small\"", "\"name\":\"small\",\"name\":\"other\"", StringComparison.Ordinal), "study.json", "'name'", "twice"),
        new("wrong type", 10, s => s.Json["training"]!["epochs"] = "many", "study.json", "$.training.epochs"),
        new("unknown task", 10, s => s.Json["task"] = "clustering", "study.json", "$.task", "binary"),
        new("unknown preset", 10, s => s.Json["model"]!["preset"] = "huge", "study.json", "$.model.preset", "clinical"),
        new("no label treatment", 10, s => s.Json.Remove("labels"), "study.json", "$.labels", "maxNorm", "disclosedTo"),
        new("label treatment leaves one out", 10, s => s.Json["labels"] = new JsonObject { ["disclosedTo"] = SmallStudy.Names(["lab"]) }, "study.json", "$.labels", "pharmacy"),
        new("data of an unknown party", 10, s => s.Json["data"] = new JsonObject { ["labb"] = new JsonObject { ["exclude"] = SmallStudy.Names(["l1"]) } }, "study.json", "$.data.labb", "'lab'"),
        new("bottom of an unknown party", 10, s => s.Json["model"]!["bottoms"] = new JsonObject { ["clinic"] = new JsonObject { ["layers"] = new JsonArray(8) } }, "study.json", "$.model.bottoms.clinic"),
        new("label party twice", 10, s => s.Json["featureParties"]!.AsArray().Add("hospital"), "study.json", "$.featureParties[2]"),
        new("not a party id", 10, s => s.Json["labelParty"] = "../etc", "study.json", "$.labelParty"),
    ];

    private static IEnumerable<BadInput> OfFiles() =>
    [
        new("missing CSV", 4, s => s.Tables.Remove("lab"), "lab.csv"),
        new("party without CSV", 4, s => Rename(s, "pharmacy", "chemist"), "chemist.csv"),
        new("CSV is a folder", 5, s => s.Tables.Remove("lab"), "lab.csv", "folder") { SpoilFiles = s => Directory.CreateDirectory(s.Folder + "/lab.csv") },
        new("CSV is binary", 20, Keep, "lab.csv", "UTF-8") { SpoilFiles = s => File.WriteAllBytes(s.Folder + "/lab.csv", [0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0xFF, 0xFE, 10, 0]) },
        new("CSV is Latin-1", 20, Keep, "lab.csv", "line 3", "UTF-8") { SpoilFiles = s => File.WriteAllBytes(s.Folder + "/lab.csv", [.. "patient_id,l1\npt-1,2\npt-"u8, 0xE9, .. ",3\n"u8]) },
        new("CSV is empty", 20, Keep, "lab.csv", "empty") { SpoilFiles = s => File.WriteAllText(s.Folder + "/lab.csv", "") },
        new("CSV is a header only", 20, s => s.Tables["lab"].RemoveRange(1, s.Tables["lab"].Count - 1), "lab.csv", "no rows"),
        new("row with a cell too many", 20, s => s.Tables["lab"][4] += ",1", "lab.csv", "line 5", "5 cells"),
        new("quotation mark that is not closed", 20, s => s.SetCell("lab", 5, "l1", "\"1"), "lab.csv", "quotation"),
        new("column without a name", 20, s => s.Tables["lab"][0] = "patient_id,,l2,l_flag", "lab.csv", "line 1", "column 2"),
        new("column named twice", 20, s => s.Tables["lab"][0] = "patient_id,l1,l1,l_flag", "lab.csv", "line 1", "'l1'"),
        new("policy that is no JSON", 6, s => s.Others["lab.policy.json"] = "allow everything", "lab.policy.json"),
        new("policy with an unknown field", 6, s => s.Others["lab.policy.json"] = """{"minimumPatient": 10}""", "lab.policy.json", "minimumPatient"),
        new("policy of nobody", 4, s => s.Others["labb.policy.json"] = "{}", "labb.policy.json", "lab"),
    ];

    private static IEnumerable<BadInput> OfTables() =>
    [
        new("no identifier column", 20, s => s.Tables["lab"][0] = "mrn,l1,l2,l_flag", "lab.csv", "patient_id", "identifiers"),
        new("duplicate identifiers", 20, s => s.SetCell("lab", 9, "patient_id", SmallStudy.Patient(0)), "lab.csv", "1 identifier", "9, 121"),
        new("empty identifiers", 20, s =>
        {
            s.SetCell("lab", 3, "patient_id", "");
            s.SetCell("lab", 7, "patient_id", "NA");
        }, "lab.csv", "2 row", "3, 7"),
        new("text in a column of numbers", 20, s => s.SetCell("lab", 8, "l1", "high"), "lab.csv", "line 8", "'l1'"),
        new("decimal commas", 20, s => s.SetColumn("lab", "l1", line => $"\"0,{line}\""), "lab.csv", "line 2", "'l1'", "decimal point"),
        new("loss that explodes", 71, s => s.Json["training"] = new JsonObject { ["epochs"] = 30, ["batch"] = 32, ["optimizer"] = new JsonObject { ["learningRate"] = 10 } }, "'hospital'", "exploded", "at step", "training.optimizer.learningRate"),
        new("infinity", 20, s => s.SetCell("lab", 8, "l1", "inf"), "lab.csv", "line 8", "'l1'"),
        new("feature party without a usable column", 20, s => s.Json["data"] = new JsonObject { ["lab"] = new JsonObject { ["include"] = SmallStudy.Names(["l_flag"]), ["exclude"] = SmallStudy.Names(["l*"]) } }, "lab.csv", "data.lab"),
        new("feature party with constant columns", 20, s =>
        {
            s.SetColumn("lab", "l1", _ => "1");
            s.SetColumn("lab", "l2", _ => "");
            s.SetColumn("lab", "l_flag", _ => "no");
        }, "lab.csv", "data.lab"),
        new("no common patient", 30, s => s.SetColumn("lab", "patient_id", line => $"pt-x{line}"), "0", "identifier"),
        new("too few common patients", 30, s => s.SetColumn("lab", "patient_id", line => line < 42 ? SmallStudy.Patient(line) : $"pt-x{line}"), "50", "minimumPatients"),
        new("more patients than sets are padded to", 20, s => s.Json["alignment"] = new JsonObject { ["padTo"] = 60 }, "60", "alignment.padTo"),
        new("label column missing", 20, s => s.Tables["hospital"][0] = "patient_id,age,sex,outcome", "hospital.csv", "'label'"),
        new("label with one class", 20, s => s.SetColumn("hospital", "label", _ => "0"), "hospital.csv", "'label'", "positive"),
        new("label with three values", 20, s => s.SetCell("hospital", 6, "label", "2"), "hospital.csv", "'label'", "multiclass"),
        new("label missing on a row", 20, s => s.SetCell("hospital", 6, "label", ""), "hospital.csv", "line 6", "'label'", "missing"),
        new("multiclass with one class", 20, s =>
        {
            s.Json["task"] = "multiclass";
            s.SetColumn("hospital", "label", _ => "a");
        }, "hospital.csv", "'label'", "1 class"),
        new("regression on text", 20, s =>
        {
            s.Json["task"] = "regression";
            s.SetCell("hospital", 6, "label", "large");
        }, "hospital.csv", "line 6", "'label'"),
        new("regression on a constant", 20, s =>
        {
            s.Json["task"] = "regression";
            s.SetColumn("hospital", "label", _ => "4.5");
        }, "hospital.csv", "'label'"),
        new("survival with a negative time", 20, s =>
        {
            MakeSurvival(s);
            s.SetCell("hospital", 4, "time", "-3");
        }, "hospital.csv", "line 4", "'time'"),
        new("survival with an event that is neither 0 nor 1", 20, s =>
        {
            MakeSurvival(s);
            s.SetCell("hospital", 4, "event", "2");
        }, "hospital.csv", "line 4", "'event'"),
        new("survival without events", 20, s =>
        {
            MakeSurvival(s);
            s.SetColumn("hospital", "event", _ => "0");
        }, "hospital.csv", "'event'"),
        new("split without training rows", 20, s =>
        {
            s.Tables["hospital"] = [s.Tables["hospital"][0] + ",split", .. s.Tables["hospital"].Skip(1).Select(l => l + ",test")];
        }, "hospital.csv", "'split'", "train"),
        new("split without test rows", 20, s =>
        {
            s.Tables["hospital"] = [s.Tables["hospital"][0] + ",split", .. s.Tables["hospital"].Skip(1).Select(l => l + ",train")];
        }, "hospital.csv", "'split'", "test"),
        new("declared split column missing", 20, s => s.Json["task"] = new JsonObject { ["kind"] = "binary", ["split"] = "fold" }, "hospital.csv", "'fold'"),
        new("include names no column", 20, s => Data(s, "include", SmallStudy.Names(["l1", "glucose"])), "lab.csv", "'glucose'", "l1"),
        new("exclude names no column", 20, s => Data(s, "exclude", SmallStudy.Names(["L1"])), "lab.csv", "'L1'", "l1"),
        new("kinds names no column", 20, s => Data(s, "kinds", new JsonObject { ["glucose"] = "number" }), "lab.csv", "'glucose'"),
        new("category declared a number", 20, s => Data(s, "kinds", new JsonObject { ["l_flag"] = "number" }), "lab.csv", "line 2", "'l_flag'"),
    ];

    private static IEnumerable<BadInput> OfPolicies() =>
    [
        new("single feature party", 60, s =>
        {
            s.Json["featureParties"] = SmallStudy.Names(["lab"]);
            s.Json["labels"] = new JsonObject { ["disclosedTo"] = SmallStudy.Names(["lab"]) };
        }, "'lab'", "lab.policy.json", "allowPlainActivations"),
        new("study minimum below the policy's", 60, s => s.Json["alignment"] = new JsonObject { ["minimumPatients"] = 10 }, "50", "minimumPatients", "policy.json"),
        new("policy denies a column", 60, s => s.Others["lab.policy.json"] = """{"columns": {"denied": ["l2"]}}""", "'lab'", "'l2'"),
        new("policy names other peers", 60, s => s.Others["lab.policy.json"] = """{"peers": {"hospital": {}}}""", "'lab'", "'pharmacy'"),
        new("policy asks for a larger cohort than there is", 60, s =>
        {
            s.Json["alignment"] = new JsonObject { ["minimumPatients"] = 50 };
            s.Others["lab.policy.json"] = """{"largestCohortShare": 0.5}""";
        }, "'lab'", "0.5"),
    ];

    private static void Keep(SmallStudy study) => Assert.NotEmpty(study.Tables);

    private static void Data(SmallStudy study, string field, JsonNode value) =>
        study.Json["data"] = new JsonObject { ["lab"] = new JsonObject { [field] = value } };

    private static void Rename(SmallStudy study, string from, string to)
    {
        study.Json["featureParties"] = SmallStudy.Names(study.FeatureParties.Select(p => p == from ? to : p));
        study.Json["labels"] = new JsonObject { ["disclosedTo"] = SmallStudy.Names(study.FeatureParties.Select(p => p == from ? to : p)) };
    }

    private static void MakeSurvival(SmallStudy study)
    {
        using var survival = new SmallStudy("survival");
        study.Json["task"] = "survival";
        study.Tables["hospital"] = survival.Tables["hospital"];
    }
}
