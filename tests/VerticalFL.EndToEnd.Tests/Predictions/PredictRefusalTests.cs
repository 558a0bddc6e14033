using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Predictions;

/// <summary>Predictions that may not be made: each ends with an exit code and a sentence of its own, and leaves no file.</summary>
public sealed class PredictRefusalTests
{
    [Fact]
    public async Task Refused_at_the_label_party_before_anything_is_asked_of_others()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            c["datasets"]!.AsObject().Add(NewPatients.Dataset, NewPatients.Write(kit, party, 300, 60));
            if (party == "hospital")
            {
                c["policy"] = NewPatients.Policy();
            }
        });
        (string study, string run, _) = await NewPatients.TrainAsync(kit);

        Assert.Contains("lets no party be absent", await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, NewPatients.Verb(kit, run, "out.csv", "--without", "lab")), StringComparison.Ordinal);
        Assert.Contains("No model here begins with '0123abcd'", await VflRun.RefusedAsync(ExitCodes.StudyNotFound, NewPatients.Verb(kit, "0123abcd", "out.csv")), StringComparison.Ordinal);
        Assert.Contains("'hospital' asks for its predictions", await VflRun.RefusedAsync(
            ExitCodes.ApprovalMissing, "predict", run, "--dataset", NewPatients.Dataset, "--config", kit.ConfigOf("lab"), "--out", kit["out.csv"]), StringComparison.Ordinal);
        Assert.Contains("no dataset 'nobody'", await VflRun.RefusedAsync(
            ExitCodes.DataNotFound, "predict", run, "--dataset", "nobody", "--config", kit.ConfigOf("hospital"), "--out", kit["out.csv"]), StringComparison.Ordinal);
        Assert.Contains("not one that the policy predicts on", await VflRun.RefusedAsync(
            ExitCodes.PolicyRefused, "predict", run, "--dataset", "mortality", "--config", kit.ConfigOf("hospital"), "--out", kit["out.csv"]), StringComparison.Ordinal);
        Assert.Contains("at least 50", await VflRun.RefusedAsync(ExitCodes.PolicyRefused, NewPatients.Verb(kit, run, "out.csv", "--minimum", "49")), StringComparison.Ordinal);
        File.WriteAllText(kit["taken.csv"], "mine");
        Assert.Contains("taken.csv exists", await VflRun.RefusedAsync(ExitCodes.OutputExists, NewPatients.Verb(kit, run, "taken.csv")), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(kit["taken.csv"]));

        // The policy of the other parties says nothing of predictions, which forbids them; the coordinator passes on who, not why.
        string forbidden = await VflRun.RefusedAsync(ExitCodes.PolicyRefused, NewPatients.Verb(kit, study, "out.csv"));
        Assert.Matches("party '(lab|pharmacy)' ended the run: its policy or a missing approval forbids it", forbidden);
        Assert.Contains("takes part in no predictions", kit.AuditText("lab") + kit.AuditText("pharmacy"), StringComparison.Ordinal);

        await kit.StopAsync("coordinator");
        await ServiceKit.UntilAsync(
            async () => (await VflRun.OfAsync(NewPatients.Verb(kit, run, "out.csv"))) is { ExitCode: ExitCodes.Unreachable } gone && gone.Error.Contains("not connected", StringComparison.Ordinal),
            "the agent to notice that the coordinator is gone");
        Assert.False(File.Exists(kit["out.csv"]));
    }

    [Fact]
    public async Task Refused_by_data_cohort_and_the_number_of_predictions_of_a_patient()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            c["datasets"]!.AsObject().Add(NewPatients.Dataset, NewPatients.Write(kit, party, party == "lab" ? 330 : 300, 100));
            if (party != "pharmacy")
            {
                c["datasets"]!.AsObject().Add("new but not everywhere", NewPatients.Write(kit, party, party == "lab" ? 330 : 300, 100));
            }

            c["policy"] = NewPatients.Policy(perPatient: party == "lab" ? 2 : 10);
        });
        (_, string run, _) = await NewPatients.TrainAsync(kit);

        string unknown = await VflRun.RefusedAsync(
            ExitCodes.DataInvalid, "predict", run, "--dataset", "new but not everywhere", "--config", kit.ConfigOf("hospital"), "--out", kit["out.csv"]);
        Assert.Contains("party 'pharmacy' ended the run: its data cannot be used", unknown, StringComparison.Ordinal);
        Assert.Contains("70 new patients", (await VflRun.RefusedAsync(ExitCodes.CohortTooSmall, NewPatients.Verb(kit, run, "out.csv", "--minimum", "71"))), StringComparison.Ordinal);

        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "first.csv"));
        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "second.csv"));
        string often = await VflRun.RefusedAsync(ExitCodes.PolicyRefused, NewPatients.Verb(kit, run, "out.csv"));
        Assert.Contains("party 'lab' ended the run: its policy", often, StringComparison.Ordinal);

        // A column that the model was trained on is gone.
        string table = kit["lab", "new.csv"];
        File.WriteAllText(table, File.ReadAllText(table).Replace("lab_b", "lab_z", StringComparison.Ordinal));
        Assert.Contains("party 'lab' ended the run: its data cannot be used", await VflRun.RefusedAsync(ExitCodes.DataInvalid, NewPatients.Verb(kit, run, "out.csv")), StringComparison.Ordinal);
        Assert.False(File.Exists(kit["out.csv"]));
    }
}
