using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Testing;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Whole consortia with an agent built to leak: the run succeeds, and the recorder names the leak.</summary>
public sealed class PlantedBuildTests
{
    // The lab's first four numbers, which its build knows as every build knows its own table.
    private static readonly double[] KnownValues = ReadKnownValues();

    [Fact]
    public async Task An_agent_that_does_not_mask_is_named()
    {
        RecordedRun run = await RecordedRun.MakeAsync(
            (party, seams) => seams with
            {
                TrainFeatures = (context, model, rows, label, others, progress, token) => FeaturePartyTraining.RunAsync(
                    context, model, rows, label, others, progress, new TrainingSwitches { Masks = false }, token),
            },
            TestContext.Current.CancellationToken);

        IReadOnlyList<string> leaks = new LeakChecker(run).Judge(run.Messages);

        Assert.Contains(leaks, l => l.StartsWith("masked activations of lab: byte 3", StringComparison.Ordinal));
        Assert.Contains(leaks, l => l.StartsWith("masked activations of pharmacy: byte 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_that_puts_an_identifier_s_hash_or_a_feature_into_a_random_field_is_named()
    {
        RecordedRun run = await RecordedRun.MakeAsync(
            (party, seams) => seams with
            {
                Align = (role, items, channels, progress, token) => party != RecordedCohort.Pharmacy
                    ? seams.Align(role, items, channels, progress, token)
                    : seams.Align(role with { OrderContribution = HMACSHA256.HashData(role.Study.ToBytes(), items[0].Items.Span[..16]) }, items, channels, progress, token),
                TrainFeatures = (context, model, rows, label, others, progress, token) => party != RecordedCohort.Lab
                    ? seams.TrainFeatures(context, model, rows, label, others, progress, token)
                    : seams.TrainFeatures(context, new LeakingModel(model, () => MemoryMarshal.AsBytes(KnownValues.AsSpan()).ToArray()), rows, label, others, progress, token),
            },
            TestContext.Current.CancellationToken);

        IReadOnlyList<string> leaks = new LeakChecker(run).Judge(run.Messages);

        Assert.Contains(leaks, l => l.Contains("of an identifier", StringComparison.Ordinal) && l.Contains("OrderContribution from pharmacy to lab", StringComparison.Ordinal));
        Assert.Contains(leaks, l => l.Contains("of an identifier", StringComparison.Ordinal) && l.Contains("OrderContribution from pharmacy to hospital", StringComparison.Ordinal));
        Assert.Contains(leaks, l => l.Contains("feature", StringComparison.Ordinal) && l.Contains("PartSummary from lab to hospital", StringComparison.Ordinal));
    }

    private static double[] ReadKnownValues()
    {
        using var directory = new TemporaryDirectory();
        RecordedCohort.Write(directory.Path);
        string[] cells = File.ReadLines(directory["lab.csv"]).ElementAt(1).Split(',');
        return [.. cells[3..7].Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
    }
}
