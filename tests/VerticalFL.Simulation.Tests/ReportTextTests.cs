using System.Reflection;
using System.Reflection.Emit;
using VerticalFL.Agent.Reports;
using Xunit;

namespace VerticalFL.Simulation.Tests;

public sealed class ReportTextTests
{
    private static readonly Report Binary = new()
    {
        Study = "mortality", StudyId = new string('a', 64), RunId = new string('b', 32), Seed = 7, Task = "binary", LabelParty = "hospital",
        FeatureParties = ["lab", "pharmacy"],
        Baseline = new BaselineReport { LabelPartyAlone = new MetricsReport { Test = new MetricValues { Auc = 0.7, Accuracy = 0.75 } } },
        Cohort = new CohortReport { Train = 1538, Validation = 134, Test = 288, Unused = 3 },
        Alignment = new AlignmentReport
        {
            Protocol = "ecdh", Sizes = new Dictionary<string, int> { ["hospital"] = 2080, ["lab"] = 2081 }, Intersection = 1963, Seconds = 0.44, BytesSent = 90_800,
        },
        Training = new TrainingReport
        {
            Epochs = 32, Steps = 288, Seconds = 2.1, SamplesPerSecond = 7941.6, BytesSent = 10_169_508, TrainLoss = 0.34, BestEpoch = 24,
        },
        Metrics = new MetricsReport
        {
            Train = new MetricValues { Auc = 0.95, Accuracy = 0.9 }, Test = new MetricValues { Auc = 0.8854, Accuracy = 0.7 },
        },
        Model = new ModelReport { Sha256 = new string('c', 64) },
        Notes = ["This was a simulation."],
    };

    [Fact]
    public void Lines_put_the_joint_model_beside_the_label_party_alone()
    {
        Assert.Equal(
            [
                "mortality: binary outcome at hospital, with features of lab, pharmacy",
                "",
                "patients   hospital 2,080, lab 2,081; in all of them 1,963",
                "cohort     1,538 training, 134 validation, 288 test, 3 unused",
                "",
                "                              all together  hospital alone      difference   all, training",
                "test AUC                             0.885           0.700          +0.185           0.950",
                "     Accuracy                        0.700           0.750          -0.050           0.900",
                "",
                "alignment  ecdh, 0.4 s, 90.8 kB sent by hospital",
                "training   32 epochs, the best is 24; 2.1 s, 7,942 rows/s, 10.2 MB sent by all",
                "model      sha256 " + new string('c', 64),
                "note       This was a simulation.",
            ],
            ReportText.Lines(Binary));
    }

    [Fact]
    public void Lines_keep_intervals_apart()
    {
        static Dictionary<string, IntervalReport> Auc(double low, double high) => new() { ["auc"] = new(low, high) };
        Report report = Binary with { Intervals = new IntervalsReport { Level = 0.95, Resamples = 1000, Test = Auc(0.85, 0.92), LabelPartyAlone = Auc(0.667, 0.784), Difference = Auc(0.093, 0.23) } };

        Assert.Contains("     AUC, 95 % interval     0.850 to 0.920  0.667 to 0.784 +0.093 to +0.230", ReportText.Lines(report));
    }

    [Theory]
    [InlineData("survival", "test C-index")]
    [InlineData("multiclass", "test Accuracy")]
    [InlineData("regression", "test R\u00b2")]
    public void Lines_begin_with_the_task_s_own_metric(string task, string row)
    {
        var values = new MetricValues { Auc = 0.5, Accuracy = 0.5, CIndex = 0.5, R2 = 0.5 };
        Report report = Binary with { Task = task, Metrics = new MetricsReport { Test = values }, Baseline = null };

        string[] lines = [.. ReportText.Lines(report)];

        Assert.StartsWith(row, lines[6], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("alone", StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_stay_within_a_hundred_columns_for_the_longest_party_id()
    {
        Report report = Binary with { LabelParty = new string('h', 32) };

        Assert.All(ReportText.Lines(report).Skip(2).SkipLast(1), line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public void Display_without_a_notebook_prints_text()
    {
        using var output = new StringWriter();

        ReportDisplay.Show(Binary, notebook: null, output);

        Assert.StartsWith("mortality: binary", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Display_in_a_notebook_shows_the_page_in_a_frame()
    {
        using var output = new StringWriter();

        ReportDisplay.Show(Binary, Notebook(), output);

        Assert.Empty(output.ToString());
        string shown = Assert.IsType<string>(Shown);
        Assert.StartsWith("<iframe", shown, StringComparison.Ordinal);
        Assert.Contains("VerticalFL report", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<style>", shown, StringComparison.Ordinal);
    }

    public static object? Shown { get; private set; }

    public static object Keep(object value, string[] mimeTypes) => Shown = value;

    // An assembly with the two methods of .NET Interactive's kernel that Display calls.
    private static AssemblyBuilder Notebook()
    {
        AssemblyBuilder assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Microsoft.DotNet.Interactive"), AssemblyBuilderAccess.RunAndCollect);
        TypeBuilder kernel = assembly.DefineDynamicModule("main").DefineType("Microsoft.DotNet.Interactive.Kernel", TypeAttributes.Public);
        ILGenerator html = kernel.DefineMethod("HTML", MethodAttributes.Public | MethodAttributes.Static, typeof(object), [typeof(string)]).GetILGenerator();
        html.Emit(OpCodes.Ldarg_0);
        html.Emit(OpCodes.Ret);
        ILGenerator display = kernel.DefineMethod("display", MethodAttributes.Public | MethodAttributes.Static, typeof(object), [typeof(object), typeof(string[])]).GetILGenerator();
        display.Emit(OpCodes.Ldarg_0);
        display.Emit(OpCodes.Ldarg_1);
        display.Emit(OpCodes.Call, typeof(ReportTextTests).GetMethod(nameof(Keep))!);
        display.Emit(OpCodes.Ret);
        kernel.CreateType();
        return assembly;
    }
}
