using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Predictions;

/// <summary>Predictions while a party is away, with a model of a study that lets it be.</summary>
public sealed class AbsentPartyTests
{
    [Fact]
    public async Task Others_predict_while_a_party_is_away_and_say_first_what_it_costs()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            c["datasets"]!.AsObject().Add(NewPatients.Dataset, NewPatients.Write(kit, party, 300, 80));
            JsonObject policy = NewPatients.Policy();
            policy["allowPlainActivations"] = true;
            c["policy"] = policy;
        });
        string study = Cohort.Study().Replace("\"compareAlone\": false", "\"compareAlone\": false, \"contributions\": \"each\"", StringComparison.Ordinal);
        (_, string run, JsonElement report) = await NewPatients.TrainAsync(kit, study);
        JsonElement judged = report.GetProperty("contributions").GetProperty("subsets").EnumerateArray()
            .Single(s => s.GetProperty("present").EnumerateArray().Select(p => p.GetString()).SequenceEqual(["pharmacy"])).GetProperty("test").GetProperty("auc");
        await kit.StopAsync("lab");

        await ServiceKit.UntilAsync(
            async () => (await VflRun.OfAsync(NewPatients.Verb(kit, run, "out.csv"))) is { ExitCode: ExitCodes.PolicyRefused } gone && gone.Error.Contains("lab is not connected", StringComparison.Ordinal),
            "the coordinator to notice that the lab is away");
        VflRun done = await VflRun.GoodAsync(NewPatients.Verb(kit, run, "out.csv", "--without", "lab", "--json"));

        Assert.Contains(FormattableString.Invariant($"hospital, pharmacy, without lab: AUC on test patients {judged.GetDouble():0.000}"), done.Error, StringComparison.Ordinal);
        Assert.Equal(judged.GetDouble(), done.Json.GetProperty("accuracy").GetProperty("value").GetDouble());
        string[] lines = await File.ReadAllLinesAsync(kit["out.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(("patient_id,probability,without", 81, 80), (lines[0], lines.Length, done.Json.GetProperty("patients").GetInt32()));
        Assert.All(lines[1..], l => Assert.EndsWith(",lab", l, StringComparison.Ordinal));

        string prediction = done.Json.GetProperty("prediction").GetString()!;
        Assert.Contains("\"without\":\"lab\"", kit.AuditText("pharmacy"), StringComparison.Ordinal);
        Assert.DoesNotContain(prediction, kit.AuditText("lab"), StringComparison.Ordinal);

        // What was made is fetched again later, also after a restart.
        await kit.StopAsync("hospital");
        await kit.StartAsync("hospital");
        await VflRun.GoodAsync("predict", "--fetch", prediction[..8], "--config", kit.ConfigOf("hospital"), "--out", kit["again.csv"]);
        Assert.Equal(lines, await File.ReadAllLinesAsync(kit["again.csv"], TestContext.Current.CancellationToken));
        Assert.Contains("leave out the model", await VflRun.RefusedAsync(ExitCodes.Usage, NewPatients.Verb(kit, run, "x.csv", "--fetch", prediction)), StringComparison.Ordinal);
    }
}
