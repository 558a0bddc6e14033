using System.Globalization;
using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>
/// Many faults in one run on real data: kills and freezes of every process, cuts of every link. A seed draws which fault comes at which
/// event of the protocol (a party reaches another station or another percent of one), so that a short run sees all of them.
/// </summary>
/// <remarks>
/// The environment variable <c>VFL_LONG=1</c> runs it, with 200 faults for each of the seeds 1 to 5; <c>VFL_SOAK_FAULTS=30</c> and
/// <c>VFL_SOAK_SEEDS=1,7</c> are other numbers. What happened to each seed is shown with <c>-diagnostics</c>.
/// </remarks>
public sealed class SoakTests
{
    private static readonly int Faults = int.Parse(Environment.GetEnvironmentVariable("VFL_SOAK_FAULTS") ?? "200", CultureInfo.InvariantCulture);

    public static TheoryData<int> Seeds => [.. (Environment.GetEnvironmentVariable("VFL_SOAK_SEEDS") ?? "1,2,3,4,5").Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_under_many_faults_ends_with_the_model_of_the_calm_run(int seed)
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Hundreds of faults take many minutes; set VFL_LONG=1 to run them, VFL_SOAK_FAULTS for another number than 200.");
        }

        using TemporaryDirectory folder = PublicData.Copy("support2", Prepare);
        StudyFolder study = StudyFolder.Load(folder["study"]);
        string calm;
        await using (Consortium consortium = await Consortium.SimulateAsync(study, cancellationToken: TestContext.Current.CancellationToken))
        {
            calm = (await consortium.Completion).Model.Sha256;
        }

        int restarts = 0;
        var starter = new FaultyStarter(_ => Interlocked.Increment(ref restarts));
        await using var faults = new FaultPlan(seed, Faults, starter);
        Report report;
        await using (Consortium consortium = await Consortium.SimulateAsync(study, starter, faults, TestContext.Current.CancellationToken))
        {
            report = await consortium.Completion;
        }

        string course = $"seed {seed}: {faults.Done} faults in {faults.Attempts} attempts and {faults.Seconds:0} s, {restarts} processes started again: "
            + string.Join(", ", faults.Kinds.Select(k => $"{k.Value} x {k.Key}"));
        TestContext.Current.SendDiagnosticMessage(course);
        Assert.Equal(calm, report.Model.Sha256);
        Assert.Empty(starter.Processes());

        // Last: a run that ended before its faults were used up has still shown what it survived.
        Assert.True(faults.Done == Faults, course);
        Assert.True(Faults < 200 || FaultPlan.AllKinds.All(faults.Kinds.ContainsKey), course);
    }

    /// <summary>Long enough for all the faults, and often saved, so that a run goes on from where the last fault met it.</summary>
    private static void Prepare(JsonNode study)
    {
        study["training"]!["epochs"] = 400;
        study["training"]!["earlyStopping"]!["patience"] = 100_000;
        study["checkpoints"] = new JsonObject { ["everySteps"] = 20 };
    }
}
