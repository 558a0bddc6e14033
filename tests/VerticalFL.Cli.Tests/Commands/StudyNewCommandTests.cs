using System.Text.Json;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class StudyNewCommandTests : IDisposable
{
    private const int Rows = 80;
    private readonly TemporaryDirectory _directory = new();

    public StudyNewCommandTests()
    {
        Table("hospital", "patient_id,age,sex,label", i => $"p{i},{40 + (i % 37)},{(i % 2 == 0 ? "f" : "m")},{(i % 3 == 0 ? 1 : 0)}");
        Table("lab", "patient_id,crp,stage", i => $"p{i},{i * 0.37},{1 + (i % 4)}");
        Table("pharmacy", "patient_id,dose", i => $"p{i},{i % 11}.5");
    }

    private string Folder => _directory["cohort"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task New_writes_a_study_that_is_ready_to_run_and_says_why_it_is_so()
    {
        Vfl made = await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label", "--json");

        Assert.True(made.ExitCode == 0, made.Output + made.Error);
        Assert.True(made.Json.GetProperty("ready").GetBoolean(), made.Output);
        Study study = Written();
        Assert.Equal(("cohort", "hospital", TaskKind.Binary, "1"), (study.Name, study.LabelParty.Value, study.Task.Kind, study.Task.Positive));
        Assert.Equal(["lab", "pharmacy"], study.FeatureParties.Select(p => p.Value));
        Assert.Equal(study.FeatureParties, study.Labels.DisclosedTo);
        Assert.Equal(StudyDocument.Load(StudyFile).Id.Hex, made.Json.GetProperty("id").GetString());
        string notes = string.Join('\n', made.Json.GetProperty("notes").EnumerateArray().Select(n => n.GetString()));
        Assert.Contains("(binary); '1' counts as positive, as it reads", notes, StringComparison.Ordinal);
        Assert.Contains("Taken for numbers at lab, though they have few values: stage.", notes, StringComparison.Ordinal);
        Assert.Contains("lab and pharmacy infer outcomes", notes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.5,1.5,2.5", null, TaskKind.Regression, "regression")]
    [InlineData("low,middle,high", null, TaskKind.Multiclass, "3 classes")]
    [InlineData("1,2,3", null, TaskKind.Multiclass, "--task regression")]
    [InlineData("1,2,3", "regression", TaskKind.Regression, "regression")]
    [InlineData("alive,died", null, TaskKind.Binary, "'died' counts as positive, as it reads")]
    [InlineData("a,b,b", null, TaskKind.Binary, "'a' counts as positive, because it is the rarer one")]
    public async Task New_tells_the_task_by_the_outcome_s_values(string values, string? task, TaskKind kind, string says)
    {
        string[] cells = values.Split(',');
        Table("hospital", "patient_id,age,result", i => $"p{i},{40 + (i % 37)},{cells[i % cells.Length]}");

        Vfl made = await Vfl.RunAsync(["study", "new", Folder, "--label", "hospital.result", .. task is null ? Array.Empty<string>() : ["--task", task]]);

        Assert.True(made.ExitCode == 0, made.Output + made.Error);
        Assert.Equal((kind, "result"), (Written().Task.Kind, Written().Task.Label));
        Assert.Contains(says, made.Output, StringComparison.Ordinal);
        Assert.Contains($"Run it: vfl simulate {Folder}", made.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("event", null)]
    [InlineData("died", "died")]
    public async Task New_takes_a_time_with_an_event_for_survival(string column, string? named)
    {
        Table("hospital", $"patient_id,age,months,{column}", i => $"p{i},{40 + (i % 37)},{i * 1.5},{i % 2}");

        Vfl made = await Vfl.RunAsync(["study", "new", Folder, "--label", "hospital.months", .. named is null ? Array.Empty<string>() : ["--event", named]]);

        Assert.True(made.ExitCode == 0, made.Output + made.Error);
        Assert.Equal((TaskKind.Survival, "months", column), (Written().Task.Kind, Written().Task.Time, Written().Task.Event));
    }

    [Fact]
    public async Task New_finds_the_patients_column_and_leaves_out_what_cannot_be_read()
    {
        Table("hospital", "mrn,age,label", i => $"{1000 + i},{40 + (i % 37)},{i % 2}");
        Table("lab", "crp,mrn", i => $"{(i == 3 ? "n/a?" : $"{i * 0.3}")},{1000 + i}");
        Table("pharmacy", "mrn,dose", i => $"{1000 + i},{i % 11}.5");

        Vfl made = await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label", "--name", "by number");

        Assert.True(made.ExitCode == 0, made.Output + made.Error);
        Study study = Written();
        Assert.Equal(("by number", "mrn"), (study.Name, Assert.Single(Assert.Single(study.Identifiers)).Column));
        Assert.Equal(["crp"], study.Data.Single(d => d.Key.Value == "lab").Value.Exclude);
        Assert.Contains("Excluded at lab, for numbers that cannot be read: crp.", made.Output, StringComparison.Ordinal);
        Assert.Contains("Run it:", made.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_without_an_outcome_names_the_likely_ones_and_writes_nothing()
    {
        Vfl refused = await Vfl.RunAsync("study", "new", Folder);

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains("--label PARTY.COLUMN; in these tables it may be hospital.label", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(StudyFile));
    }

    [Theory]
    [InlineData("clinic.label", ExitCodes.FileNotFound, "hospital, lab, pharmacy")]
    [InlineData("hospital.outcome", ExitCodes.DataInvalid, "outcome")]
    [InlineData("hospital.", ExitCodes.Usage, "--label PARTY.COLUMN")]
    public async Task New_refuses_an_outcome_that_is_not_there(string label, int code, string says)
    {
        Vfl refused = await Vfl.RunAsync("study", "new", Folder, "--label", label);

        Assert.Equal(code, refused.ExitCode);
        Assert.Contains(says, refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(StudyFile));
    }

    [Fact]
    public async Task New_keeps_a_study_that_is_there_unless_told_otherwise()
    {
        await File.WriteAllTextAsync(StudyFile, "mine", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.OutputExists, (await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label")).ExitCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(StudyFile, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCodes.Ok, (await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label", "--force")).ExitCode);
        Assert.Equal("hospital", Written().LabelParty.Value);
    }

    [Fact]
    public async Task New_for_two_parties_says_what_the_other_one_must_allow()
    {
        File.Delete(Path.Combine(Folder, "pharmacy.csv"));

        Vfl made = await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label");
        Assert.Contains("lab.policy.json with { \"allowPlainActivations\": true }", made.Output, StringComparison.Ordinal);
        Assert.Contains("Before it can run: The policy of 'lab' refuses the study", made.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(Folder, "lab.policy.json"), """{ "allowPlainActivations": true }""", TestContext.Current.CancellationToken);
        Assert.Contains("Run it:", (await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label", "--force")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_what_each_party_would_send_and_what_its_policy_says()
    {
        await Vfl.RunAsync("study", "new", Folder, "--label", "hospital.label");

        Vfl check = await Vfl.RunAsync("study", "check", StudyFile, "--json");

        Assert.Equal(ExitCodes.Ok, check.ExitCode);
        JsonElement[] parties = [.. check.Json.GetProperty("parties").EnumerateArray()];
        Assert.Equal(["hospital", "lab", "pharmacy"], parties.Select(p => p.GetProperty("party").GetString()));
        Assert.Contains("ActivationGradients", Sent(parties[0]));
        Assert.Contains("MaskedActivations", Sent(parties[1]));
        Assert.DoesNotContain("ActivationGradients", Sent(parties[1]));
        Assert.Contains(parties[1].GetProperty("findings").EnumerateArray(), f => f.GetProperty("text").GetString()!.Contains("the study declares it disclosed to: lab, pharmacy", StringComparison.Ordinal));
        Assert.Equal("progress", check.Json.GetProperty("coordinatorIsTold").EnumerateArray().Single().GetString());
        string text = (await Vfl.RunAsync("study", "check", StudyFile)).Output;
        Assert.Contains("sends to each of lab, pharmacy", text, StringComparison.Ordinal);
        Assert.Contains("lab and pharmacy, feature parties, each brings dataset 'cohort'", text, StringComparison.Ordinal);

        static string?[] Sent(JsonElement party) => [.. party.GetProperty("sends").EnumerateArray().Select(m => m.GetProperty("message").GetString())];
    }

    [Theory]
    [InlineData("""{ "name": "x" }""", ExitCodes.StudyInvalid, "labelParty")]
    [InlineData("""{ "name": "x", "labelParty": "hospital", "featureParties": ["lab"], "task": "binary", "labels": { "disclosedTo": ["lab"] } }""", ExitCodes.PolicyRefused, "policy of lab refuses")]
    public async Task Check_ends_with_the_code_of_what_is_wrong(string study, int code, string says)
    {
        await File.WriteAllTextAsync(StudyFile, study, TestContext.Current.CancellationToken);

        Vfl check = await Vfl.RunAsync("study", "check", StudyFile);

        Assert.Equal(code, check.ExitCode);
        Assert.Contains(says, check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_of_a_study_with_differential_privacy_forecasts_its_cost_and_asks_the_policies_beside_it()
    {
        const string Study = """
            { "name": "x", "labelParty": "hospital", "featureParties": ["lab"], "task": "binary", "labels": {}, "training": { "earlyStopping": { "validation": 0 } },
              "privacy": { "differentialPrivacy": { "epsilon": 8 } }, "data": { "lab": { "ranges": { "crp": [0, 100] } }, "hospital": { "ranges": { "age": [0, 100] } } } }
            """;
        await File.WriteAllTextAsync(StudyFile, Study, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Folder, "lab.policy.json"), """{ "allowPlainActivations": true }""", TestContext.Current.CancellationToken);

        Vfl check = await Vfl.RunAsync("study", "check", StudyFile);

        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Contains("Forecast: differential privacy with an epsilon of 8", check.Output, StringComparison.Ordinal);
        Assert.Contains("lab, a feature party, brings dataset 'x', columns: crp", check.Output, StringComparison.Ordinal);
    }

    private string StudyFile => Path.Combine(Folder, "study.json");

    private Study Written() => StudyDocument.Load(StudyFile).Study;

    private void Table(string party, string header, Func<int, string> row)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllLines(Path.Combine(Folder, party + ".csv"), Enumerable.Range(0, Rows).Select(i => FormattableString.Invariant($"{row(i)}")).Prepend(header));
    }
}
