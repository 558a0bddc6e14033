using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>Same inputs, same model, bit for bit; and the same as central training on the pooled rows.</summary>
public sealed class DeterminismTests
{
    [Fact]
    public async Task Same_seed_gives_the_same_model_and_another_seed_another()
    {
        using SmallStudy study = new SmallStudy().Write();

        string first = await ModelByProcessesAsync(study, "first", "5");
        string second = await ModelByProcessesAsync(study, "second", "5");
        string other = await ModelByProcessesAsync(study, "other", "6");
        (_, string central, _) = await CentralReference.TrainAsync(study.Folder, 5, TestContext.Current.CancellationToken);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.Equal(central, first);
    }

    [Theory]
    [InlineData("binary", "clinical", 2)]
    [InlineData("binary", "linear", 2)]
    [InlineData("binary", "omics", 3)]
    [InlineData("multiclass", "clinical", 2)]
    [InlineData("regression", "clinical", 2)]
    [InlineData("survival", "clinical", 2)]
    [InlineData("survival", "linear", 2)]
    [InlineData("binary", "clinical", 4)]
    public async Task Masked_run_equals_central_training_on_the_pooled_rows(string task, string preset, int featureParties)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using SmallStudy study = Make(task, preset, featureParties);

        await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: stop);
        Report report = await consortium.Completion;
        (int patients, string central, _) = await CentralReference.TrainAsync(study.Folder, null, stop);

        Assert.Equal(100, patients);
        Assert.Equal(patients, report.Alignment.Intersection);
        Assert.Equal(central, report.Model.Sha256);
    }

    [Theory]
    [InlineData("binary", 3, 1)]
    [InlineData("survival", 2, 1)]
    [InlineData("survival", 2, 3)]
    public async Task Models_of_folds_equal_central_trainings_without_the_fold(string task, int folds, int members)
    {
        using SmallStudy study = Make(task, "clinical", 2);
        study.Json["evaluation"] = new JsonObject { ["folds"] = folds };
        study.Json["model"]!["members"] = members;

        CrossValidationReport found = await FoldsLikeCentralAsync(study.Write().Folder);

        Assert.Equal(70, found.Folds.Sum(f => f.Held));
        Assert.All(found.Folds, f => Assert.Equal(70, f.Train + f.Validation + f.Held));
        string metric = task == "binary" ? "auc" : "cIndex";
        Assert.Equal(found.Test[metric].Values.Average(), found.Test[metric].Mean);
        Assert.Equal(task == "binary", found.Pooled is not null);
        Assert.NotNull(found.Difference);
    }

    [Fact]
    public async Task Models_of_folds_of_real_patients_equal_central_trainings_without_the_fold()
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Six trainings across parties and eleven in one place; set VFL_LONG=1.");
        }

        using TemporaryDirectory folder = PublicData.Copy("support2", study =>
        {
            study["training"]!["epochs"] = 8;
            study["evaluation"] = new JsonObject { ["folds"] = 5 };
        });

        CrossValidationReport found = await FoldsLikeCentralAsync(folder["study"]);

        Assert.Equal(4660, found.Folds.Sum(f => f.Held));
        Assert.All(found.Folds, f => Assert.InRange(f.Test.Auc!.Value, 0.75, 0.90));
        Assert.InRange(found.Pooled!.Auc!.Value, found.PooledIntervals!["auc"].Low, found.PooledIntervals["auc"].High);
    }

    private static async Task<CrossValidationReport> FoldsLikeCentralAsync(string folder)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(folder), cancellationToken: stop);
        Report report = await consortium.Completion;
        (_, string central, IReadOnlyList<string> folds) = await CentralReference.TrainAsync(folder, null, stop);

        Assert.Equal(central, report.Model.Sha256);
        Assert.Equal(folds, report.CrossValidation!.Folds.Select(f => f.Sha256));
        return report.CrossValidation;
    }

    /// <summary>Parties know different patients, with gaps, categories and an order of their own: 100 of 130 are in common.</summary>
    private static SmallStudy Make(string task, string preset, int featureParties)
    {
        var study = new SmallStudy(task, ["lab", "pharmacy", "imaging", "registry"], patients: 130);
        string[] kept = [.. study.FeatureParties.Take(featureParties)];
        study.Json["featureParties"] = SmallStudy.Names(kept);
        study.Json["labels"] = new JsonObject { ["disclosedTo"] = SmallStudy.Names(kept) };
        study.Json["model"]!["preset"] = preset;
        study.Tables["hospital"].RemoveRange(1, 10);
        study.Tables["lab"].RemoveRange(1, 20);
        study.SetCell("lab", 7, "l1", "");
        study.SetCell("pharmacy", 9, "p_flag", "");
        study.SetCell("hospital", 9, "age", "NA");
        return study.Write();
    }

    private static async Task<string> ModelByProcessesAsync(SmallStudy study, string name, string seed)
    {
        string output = Path.Combine(study.Directory, name);
        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", output, "--seed", seed);
        Assert.True(vfl.ExitCode == 0, vfl.Error);
        using JsonDocument report = ReportFile.Read(output);
        return report.RootElement.GetProperty("model").GetProperty("sha256").GetString()!;
    }
}
