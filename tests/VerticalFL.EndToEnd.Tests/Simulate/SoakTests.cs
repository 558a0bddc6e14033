using System.Globalization;
using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>
/// Many faults in one run on real data: kills and freezes of every process, cuts of every link. A seed draws which fault comes at which
/// event of the protocol (a party reaches another station or another tenth of one), so that a short run sees all of them.
/// </summary>
/// <remarks>
/// <c>VFL_LONG=1</c> runs it, with 200 faults for each seed; <c>VFL_SOAK_FAULTS</c> is another number of faults. Both are environment variables.
/// </remarks>
public sealed class SoakTests
{
    private static readonly int Faults = int.Parse(Environment.GetEnvironmentVariable("VFL_SOAK_FAULTS") ?? "200", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Run_under_many_faults_ends_with_the_model_of_the_calm_run(int seed)
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Hundreds of faults take many minutes; set VFL_LONG=1 to run them, VFL_SOAK_FAULTS for another number than 200.");
        }

        using TemporaryDirectory folder = PublicData.Copy("support2", _ => { });
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

        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {faults.Done} faults ({faults.Summary}), {restarts} restarts, {faults.Attempts} attempts, {faults.Seconds:0} s");
        Assert.Equal(calm, report.Model.Sha256);
        Assert.Empty(starter.Processes());

        // Last: a run that ended before its faults were used up has still shown what it survived.
        Assert.Equal(Faults, faults.Done);
    }
}
