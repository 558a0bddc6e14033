using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Predictions;

/// <summary><c>vfl predict</c> over real sockets: what comes out, who gets it, what is left behind.</summary>
public sealed class PredictTests
{
    [Fact]
    public async Task New_patients_whom_all_parties_have_are_predicted_at_the_label_party_alone()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            int first = party switch { "hospital" => 300, "lab" => 310, _ => 290 };
            c["datasets"]!.AsObject().Add(NewPatients.Dataset, NewPatients.Write(kit, party, first, 100));
            c["policy"] = NewPatients.Policy();
        });
        (string study, string run, JsonElement report) = await NewPatients.TrainAsync(kit);
        string model = report.GetProperty("model").GetProperty("sha256").GetString()!;

        JsonElement done = (await VflRun.GoodAsync(NewPatients.Verb(kit, model[..12], "out.csv", "--purpose", "quality assurance", "--json"))).Json;

        Assert.Equal((80, model, study), (done.GetProperty("patients").GetInt32(), done.GetProperty("model").GetString(), done.GetProperty("study").GetString()));
        string[] lines = await File.ReadAllLinesAsync(kit["out.csv"], TestContext.Current.CancellationToken);
        Assert.Equal("patient_id,probability", lines[0]);

        // In the order of the hospital's own file: from 399 down, of which all have 310 to 389.
        Assert.Equal(Enumerable.Range(310, 80).Reverse().Select(Cohort.Identifier), lines[1..].Select(l => l.Split(',')[0]));
        float[] probabilities = [.. lines[1..].Select(l => float.Parse(l.Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
        Assert.True(probabilities.Distinct().Count() > 40, "patients with different values get different predictions");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(kit["out.csv"]) == AtomicFile.OwnerOnly);

        // The run's id names the model too; the same patients get the same again.
        await VflRun.GoodAsync(NewPatients.Verb(kit, run[..8], "again.csv"));
        Assert.Equal(lines, await File.ReadAllLinesAsync(kit["again.csv"], TestContext.Current.CancellationToken));

        string prediction = done.GetProperty("prediction").GetString()!;
        string watched = (await VflRun.GoodAsync("study", "watch", prediction[..8], "--config", kit.ConfigOf("coordinator"))).Output;
        Assert.Contains($"Prediction {prediction[..8]} has finished", watched, StringComparison.Ordinal);
        foreach (string party in ServiceKit.Parties)
        {
            JsonElement[] audit = [.. kit.AuditText(party).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
            JsonElement[] predicted = [.. audit.Where(r => r.GetProperty("kind").GetString() == "Predicted")];
            Assert.Equal(2, predicted.Length);
            JsonElement details = predicted[0].GetProperty("details");
            Assert.Equal(prediction, predicted[0].GetProperty("run").GetString());
            Assert.Equal(
                (model, run, NewPatients.Dataset, "quality assurance", "80"),
                (Text(details, "model"), Text(details, "trainedBy"), Text(details, "dataset"), Text(details, "purpose"), Text(details, "patients")));
            OnlyMaskedSumsToTheLabelParty(party, audit.Where(r => r.GetProperty("kind").GetString() == "MessagesSent" && r.GetProperty("run").GetString() == prediction));
            Assert.Equal(party == "hospital", File.Exists(Path.Combine(kit.StateOf(party), "runs", prediction, "predictions.sealed")));
            await VflRun.GoodAsync("audit", "verify", Path.Combine(kit.StateOf(party), "audit.jsonl"), "--trust", kit["ca", "ca.cert.pem"]);
        }

        ClearText.Check(ServiceKit.Parties.Append("coordinator").Select(kit.StateOf), kit["study.json"]);
        Assert.Equal([run], (await VflRun.GoodAsync("study", "show", study, "--config", kit.ConfigOf("coordinator"), "--json")).Json
            .GetProperty("registry").GetProperty("runs").EnumerateArray().Select(r => r.GetString()!));
    }

    [Theory]
    [InlineData("binary", "auc")]
    [InlineData("regression", "mae")]
    public async Task Predictions_of_the_test_rows_are_those_that_the_report_judges(string task, string metric)
    {
        await using var kit = new ServiceKit();
        File.WriteAllLines(kit.DataOf("hospital"), File.ReadLines(kit.DataOf("hospital")).Select((l, i) => l + (i == 0 ? ",split" : i % 3 == 0 ? ",test" : ",train")).ToArray());
        if (task == "regression")
        {
            File.WriteAllLines(kit.DataOf("hospital"), File.ReadLines(kit.DataOf("hospital")).Select((l, i) => Regression(l, i)).ToArray());
        }

        await kit.StartAllAsync((_, c) =>
        {
            c["datasets"]!.AsObject().Add(NewPatients.Dataset, new JsonObject { ["csv"] = "table.csv" });
            c["policy"] = NewPatients.Policy();
        });
        (_, string run, JsonElement report) = await NewPatients.TrainAsync(kit, Cohort.Study().Replace("\"binary\"", $"\"{task}\"", StringComparison.Ordinal));

        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "out.csv"));

        Dictionary<string, string[]> table = NewPatients.Read(kit.DataOf("hospital"));
        (float Predicted, float Outcome)[] test = [.. NewPatients.Read(kit["out.csv"]).Where(p => table[p.Key][3] == "test")
            .Select(p => (float.Parse(p.Value[0], CultureInfo.InvariantCulture), float.Parse(table[p.Key][2], CultureInfo.InvariantCulture)))];
        Assert.Equal(53, test.Length);
        double judged = report.GetProperty("metrics").GetProperty("test").GetProperty(metric).GetDouble();
        Assert.Equal(judged, metric == "auc" ? Auc(test) : test.Average(t => Math.Abs((double)t.Predicted - t.Outcome)), 1e-12);
    }

    [Fact]
    public async Task Noise_on_what_is_released_repeats_itself_so_that_asking_again_does_not_average_it_away()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            c["datasets"]!.AsObject().Add(NewPatients.Dataset, NewPatients.Write(kit, party, 300, 100));
            c["policy"] = NewPatients.Policy();
        });
        string study = Cohort.Study().Replace("\"privacy\": {", "\"privacy\": { \"releaseNoise\": { \"multiplier\": 5 },", StringComparison.Ordinal);
        (_, string run, _) = await NewPatients.TrainAsync(kit, study);

        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "once.csv"));
        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "again.csv"));

        Assert.Equal(File.ReadAllText(kit["once.csv"]), File.ReadAllText(kit["again.csv"]));

        // One patient fewer at one party: other rows, and so other noise for those who are left.
        File.WriteAllLines(kit["lab", "new.csv"], File.ReadLines(kit["lab", "new.csv"]).SkipLast(1).ToArray());
        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "fewer.csv"));
        Dictionary<string, string[]> all = NewPatients.Read(kit["once.csv"]), fewer = NewPatients.Read(kit["fewer.csv"]);
        Assert.Equal(99, fewer.Count);

        // So much noise drives some probabilities to the ends of the scale, where few numbers are left to differ by.
        Assert.InRange(fewer.Count(f => all[f.Key][0] == f.Value[0]), 0, 9);
    }

    /// <summary>Besides what alignment needs: heads, hellos, mask keys between feature parties, their masked activations to the label party, and nothing back.</summary>
    private static void OnlyMaskedSumsToTheLabelParty(string party, IEnumerable<JsonElement> sent)
    {
        (MessageType Type, string Peer)[] classes = [.. sent.Select(r => r.GetProperty("details")).Select(d => (Enum.Parse<MessageType>(Text(d, "class")), Text(d, "peer")))];
        string other = party == "lab" ? "pharmacy" : "lab";
        (MessageType, string)[] expected = party == "hospital"
            ? [.. new[] { MessageType.AuditHead, MessageType.LedgerHead, MessageType.LedgerHeld, MessageType.PredictionHello }.SelectMany(t => new[] { (t, "lab"), (t, "pharmacy") })]
            : [
                (MessageType.LedgerHead, "hospital"), (MessageType.LedgerHead, other), (MessageType.LedgerHeld, "hospital"), (MessageType.LedgerHeld, other),
                (MessageType.AuditHead, "hospital"), (MessageType.AuditHead, other), (MessageType.MaskContribution, other), (MessageType.MaskedActivations, "hospital"),
                (MessageType.PredictionHello, "hospital"), (MessageType.PredictionHello, other),
            ];
        Assert.Equal(expected.Order(), classes.Where(c => (int)c.Type is < 100 or >= 150).Distinct().Order());
    }

    private static string Regression(string line, int i)
    {
        string[] cells = line.Split(',');
        cells[3] = i == 0 ? cells[3] : (100 + (i * 7 % 31)).ToString(CultureInfo.InvariantCulture);
        return string.Join(',', cells);
    }

    private static double Auc((float Predicted, float Outcome)[] rows)
    {
        float[] positive = [.. rows.Where(r => r.Outcome == 1).Select(r => r.Predicted)], negative = [.. rows.Where(r => r.Outcome == 0).Select(r => r.Predicted)];
        return positive.Sum(p => negative.Sum(n => p > n ? 1 : p == n ? 0.5 : 0)) / positive.Length / negative.Length;
    }

    private static string Text(JsonElement details, string name) => details.GetProperty(name).GetString()!;
}
