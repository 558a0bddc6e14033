using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.Data;
using VerticalFL.Messages.Control;
using VerticalFL.Simulation;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>The consortium in the caller's process, as notebooks and samples use it.</summary>
public sealed class ConsortiumTests
{
    [Theory]
    [InlineData("binary")]
    [InlineData("multiclass")]
    [InlineData("regression")]
    [InlineData("survival")]
    public async Task Each_task_kind_trains_to_something_better_than_chance(string task)
    {
        using SmallStudy study = new(task, patients: 300);
        study.Json["training"]!["epochs"] = 40;

        Report report = await RunAsync(study);

        MetricValues test = report.Metrics.Test!;
        Assert.Equal(300, report.Alignment.Intersection);
        Assert.Equal(300, report.Cohort.Train + report.Cohort.Validation + report.Cohort.Test);
        Assert.True(
            (task switch { "binary" => test.Auc, "multiclass" => test.Auc, "survival" => test.CIndex, _ => test.R2 + 0.5 }) > 0.65,
            ReportText(report));
        Assert.NotNull(report.Baseline);

        // The curve tells of the kept epoch what the table does.
        MetricValues validation = report.Metrics.Validation!;
        Assert.All(report.Training.Losses, l => Assert.NotNull(l.ValidationMetric));
        Assert.Equal(
            task switch { "binary" => validation.Auc, "multiclass" => validation.Accuracy, "survival" => validation.CIndex, _ => validation.R2 },
            report.Training.Losses[report.Training.BestEpoch - 1].ValidationMetric);
    }

    [Fact]
    public async Task Several_models_are_compared_on_validation_rows_and_the_best_is_tested()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 12;
        study.Json["training"]!["earlyStopping"] = new JsonObject { ["validation"] = 0.25, ["patience"] = 12 };
        study.Json["model"] = new JsonObject { ["preset"] = "linear" };
        study.Json["alternatives"] = new JsonArray(new JsonObject { ["preset"] = "clinical", ["cut"] = 8 }, new JsonObject { ["preset"] = "clinical" });

        Report report = await RunAsync(study);
        Report again = await RunAsync(study);

        TriedModelReport[] models = [.. report.Models!];
        Assert.Equal([("linear", 1), ("clinical", 8), ("clinical", 32)], models.Select(m => (m.Preset, m.Cut)));
        TriedModelReport chosen = Assert.Single(models, m => m.Chosen);
        Assert.Equal(models.Min(m => m.ValidationLoss), chosen.ValidationLoss);
        Assert.Equal((chosen.Epochs, chosen.BestEpoch), (report.Training.Epochs, report.Training.BestEpoch));
        Assert.Equal(chosen.Validation, report.Metrics.Validation);
        Assert.NotNull(report.Metrics.Test!.Auc);
        Assert.Equal(report.Model.Sha256, again.Model.Sha256);
        Assert.Equal(models.Select(m => m.ValidationLoss), again.Models!.Select(m => m.ValidationLoss));

        Assert.Equal(report.FeatureParties.Count, report.Messages.Single(m => m.Type == "ModelChoice").Sent);
    }

    [Fact]
    public async Task Folds_say_how_much_the_figures_owe_to_the_draw_of_patients()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 30;
        study.Json["labels"] = new JsonObject { ["protection"] = "maxNorm" };
        study.Json["evaluation"] = new JsonObject { ["folds"] = 3, ["contributions"] = "together" };

        Report report = await RunAsync(study);

        CrossValidationReport folds = report.CrossValidation!;
        Assert.Equal(report.Cohort.Train + report.Cohort.Validation, folds.Folds.Sum(f => f.Held));
        Assert.All(folds.Folds, f => Assert.InRange(f.Test.Auc!.Value, 0.6, 1));
        Assert.Equal(3, folds.Folds.Select(f => f.Sha256).Append(report.Model.Sha256).Distinct().Count() - 1);
        Assert.True(folds.Difference!["auc"].Mean > 0, ReportText(report));
        Assert.Contains(Simulation.ReportText.Lines(report), l => l.StartsWith("folds      3 left out in turn: AUC ", StringComparison.Ordinal));
        Assert.Contains(report.Notes, n => n.StartsWith("3 more models", StringComparison.Ordinal));

        // The rows of the folds are known to all from the one assignment; nothing new is sent about them.
        Assert.Equal(report.FeatureParties.Count, report.Messages.Single(m => m.Type == "RowAssignment").Sent);
        Assert.Equal(4 * report.FeatureParties.Count, report.Messages.Single(m => m.Type == "RunSummary").Sent);
    }

    [Fact]
    public async Task Too_few_patients_for_the_folds_are_refused_before_training()
    {
        using SmallStudy study = new(patients: 120);
        study.Json["evaluation"] = new JsonObject { ["folds"] = 12 };

        RunFailedException e = await Assert.ThrowsAsync<RunFailedException>(() => RunAsync(study));

        Assert.Contains("12 folds of 84 training and validation rows have fewer than 10 each; lower evaluation.folds", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refit_trains_the_best_of_several_models_on_validation_rows_too()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 12;
        study.Json["training"]!["earlyStopping"] = new JsonObject { ["validation"] = 0.25, ["patience"] = 12 };
        study.Json["model"] = new JsonObject { ["preset"] = "linear" };
        study.Json["alternatives"] = new JsonArray(new JsonObject { ["preset"] = "clinical" });

        Report once = await RunAsync(study);
        study.Json["training"]!["earlyStopping"]!["refit"] = true;
        Report report = await RunAsync(study);
        Report again = await RunAsync(study);

        Assert.Equal(once.Training.BestEpoch, report.Training.BestEpoch);
        Assert.NotEqual(once.Model.Sha256, report.Model.Sha256);
        Assert.Equal(report.Model.Sha256, again.Model.Sha256);
        Assert.NotNull(once.Metrics.Validation);
        Assert.Null(report.Metrics.Validation);
        Assert.NotNull(report.Metrics.Test!.Auc);
        Assert.NotNull(report.Baseline!.LabelPartyAlone.Test!.Auc);
        Assert.Single(report.Notes, n => n.StartsWith("The weights are of a second training", StringComparison.Ordinal));
        Assert.Equal(report.FeatureParties.Count, report.Messages.Single(m => m.Type == "ModelChoice").Sent);
    }

    [Fact]
    public async Task Four_feature_parties_that_align_by_ecdh_train_together()
    {
        using SmallStudy study = new(featureParties: ["clinic", "imaging", "lab", "pharmacy"]);
        study.Json["alignment"] = new JsonObject { ["protocol"] = "ecdh" };

        Report report = await RunAsync(study);

        Assert.Equal(["clinic", "imaging", "lab", "pharmacy"], report.FeatureParties);
        Assert.Equal(("ecdh", 120), (report.Alignment.Protocol, report.Alignment.Intersection));
        Assert.Equal(5, report.Model.Parts.Count);
    }

    [Fact]
    public async Task Test_patients_are_judged_by_the_groups_that_the_study_names()
    {
        using SmallStudy study = new(patients: 300);
        study.Tables["hospital"] = [.. study.Tables["hospital"].Select((l, i) => $"{l},{(i == 0 ? "ward" : i % 3 == 0 ? "east" : "west")}")];
        study.Json["evaluation"] = new JsonObject { ["subgroup"] = "ward" };

        Report report = await RunAsync(study);

        SubgroupReport[] groups = [.. report.Subgroups!.Groups];
        Assert.Equal(("ward", "auc"), (report.Subgroups.Column, report.Subgroups.Metric));
        Assert.Equal(["east", "west"], groups.Select(g => g.Name));
        Assert.Equal(report.Cohort.Test, groups.Sum(g => g.Patients));

        // Weighted by who is positive, the groups' shares are those of all.
        double right = groups.Sum(g => (g.Sensitivity!.Value * g.Positives!.Value) + (g.Specificity!.Value * (g.Patients - g.Positives.Value)));
        Assert.Equal(report.Metrics.Test!.Accuracy!.Value, right / report.Cohort.Test, 1e-9);
        Assert.All(groups, g => Assert.InRange(g.Value!.Value, g.Interval!.Low, g.Interval.High));
    }

    [Fact]
    public async Task Model_is_judged_with_every_subset_of_parties_that_allow_it()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 30;
        study.Json["training"]!["partyDropout"] = 0.2;
        study.Others["lab.policy.json"] = study.Others["pharmacy.policy.json"] = """{"allowPlainActivations": true}""";

        Report report = await RunAsync(study);

        ContributionsReport contributions = report.Contributions!;
        Assert.Equal(["", "lab", "pharmacy", "lab pharmacy"], contributions.Subsets.Select(s => string.Join(' ', s.Present)));
        Assert.Equal(report.Metrics.Test, contributions.Subsets[^1].Test);
        Assert.Equal(report.Metrics.Test!.Auc!.Value - contributions.Subsets[0].Test.Auc!.Value, contributions.Contributions!.Sum(c => c.Value), 1e-12);
        Assert.All(contributions.Contributions!, c => Assert.InRange(c.Value, c.Interval!.Low, c.Interval.High));
        Assert.Equal(["lab", "pharmacy"], contributions.Exposed);
        Assert.Contains(report.Notes, n => n.Contains("allowPlainActivations", StringComparison.Ordinal));
        Assert.Contains(Simulation.ReportText.Lines(report), l => l.StartsWith("without    pharmacy: test AUC ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Subgroup_column_that_the_label_party_does_not_have_is_refused()
    {
        using SmallStudy study = new();
        study.Json["evaluation"] = new JsonObject { ["subgroup"] = "gender" };
        study.Write();

        DataException e = await Assert.ThrowsAsync<DataException>(
            () => Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("gender", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_party_with_the_outcome_only_trains_on_the_others_columns()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 40;
        study.Tables["hospital"] = [.. study.Tables["hospital"].Select(l => l.Split(',') is var c ? $"{c[0]},{c[^1]}" : "")];

        Report report = await RunAsync(study);

        Assert.True(report.Metrics.Test!.Auc > 0.7, ReportText(report));
        Assert.Null(report.Baseline);
        Assert.True(report.Features is null or { Used.Count: 0 });
    }

    [Fact]
    public async Task Max_norm_protection_hides_labels_and_still_learns()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["training"]!["epochs"] = 40;
        study.Json["labels"] = new JsonObject { ["protection"] = "maxNorm" };

        Report report = await RunAsync(study);

        Assert.Equal("maxNorm", report.Privacy.LabelProtection);
        Assert.True(report.Privacy.LabelsDisclosedTo is null or { Count: 0 });
        Assert.True(report.Metrics.Test!.Auc > 0.6, ReportText(report));
    }

    [Fact]
    public async Task Linear_preset_trains()
    {
        using SmallStudy study = new(patients: 300);
        study.Json["model"]!["preset"] = "linear";
        study.Json["training"]!["epochs"] = 60;
        study.Json["training"]!["optimizer"] = new JsonObject { ["kind"] = "adam", ["learningRate"] = 0.02 };

        Report report = await RunAsync(study);

        Assert.True(report.Metrics.Test!.Auc > 0.7, ReportText(report));
    }

    [Fact]
    public async Task Split_column_decides_and_other_words_are_left_out()
    {
        using SmallStudy study = new();
        study.Tables["hospital"] = [study.Tables["hospital"][0] + ",split", .. study.Tables["hospital"].Skip(1).Select((l, i) => l + (i % 4) switch { 0 => ",test", 1 => ",later", _ => ",train" })];

        Report report = await RunAsync(study);

        Assert.Equal((60, 30, 30), (report.Cohort.Train + report.Cohort.Validation, report.Cohort.Test, report.Cohort.Unused));
    }

    [Fact]
    public async Task Slip_that_only_the_agent_can_see_names_the_line()
    {
        using SmallStudy study = new();
        study.SetCell("hospital", 6, "label", "");
        study.Write();

        await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken);
        RunFailedException e = await Assert.ThrowsAsync<RunFailedException>(() => consortium.Completion);

        Assert.Equal(RunOutcome.DataRefused, e.Outcome);
        Assert.Contains("line 6", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slip_in_a_table_is_told_before_anything_is_started()
    {
        using SmallStudy study = new();
        study.SetCell("lab", 8, "l1", "high");
        study.Write();

        DataException e = await Assert.ThrowsAsync<DataException>(
            () => Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(8, e.Line);
    }

    [Fact]
    public async Task Disposed_in_the_middle_of_a_run_ends_it()
    {
        using SmallStudy study = new();
        study.Json["training"]!["epochs"] = 100_000;
        study.Json["training"]!["earlyStopping"] = new JsonObject { ["patience"] = 100_000 };
        study.Write();
        Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken);

        await consortium.DisposeAsync();

        Assert.True(consortium.Completion.IsCompleted);
        await Assert.ThrowsAnyAsync<Exception>(() => consortium.Completion);
    }

    private static async Task<Report> RunAsync(SmallStudy study)
    {
        study.Write();
        await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken);
        Report report = await consortium.Completion;
        Assert.Contains("</html>", consortium.ReportHtml, StringComparison.Ordinal);
        return report;
    }

    private static string ReportText(Report report) => System.Text.Encoding.UTF8.GetString(ReportJson.ToBytes(report)[..3000]);
}
