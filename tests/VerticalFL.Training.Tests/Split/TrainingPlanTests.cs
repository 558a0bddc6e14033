using VerticalFL.Messages.Studies;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class TrainingPlanTests
{
    [Theory]
    [InlineData(256, 64, new[] { 32, 32, 32, 32, 32, 32, 32, 32 })]
    [InlineData(255, 64, new[] { 48, 48, 48, 48, 48, 15 })]
    [InlineData(128, 16, new[] { 128 })]
    [InlineData(128, 64, new[] { 32, 32, 32, 32 })]
    [InlineData(5000, 1024, new[] { 640, 640, 640, 640, 640, 640, 640, 520 })]
    [InlineData(1, 1, new[] { 1 })]
    public void A_batch_is_cut_where_every_party_cuts_it(int rows, int cut, int[] sizes)
    {
        IReadOnlyList<Microbatch> microbatches = Plan(cut, s => s).Microbatches(rows);

        Assert.Equal(sizes, microbatches.Select(m => m.Rows));
        Assert.Equal(Enumerable.Range(0, sizes.Length), microbatches.Select(m => m.Number));
        Assert.Equal(Enumerable.Range(0, sizes.Length).Select(m => sizes.Take(m).Sum()), microbatches.Select(m => m.Start));
        Assert.All(microbatches, m => Assert.Equal(0, m.Start % 16));
    }

    [Fact]
    public void The_pipeline_drains_at_the_epochs_end_and_at_the_studys_checkpoints()
    {
        // Ten batches an epoch.
        static Study Study(Study s, int staleness, int? everySteps) => s with
        {
            Training = s.Training with { Batch = 10, Staleness = staleness, EarlyStopping = new EarlyStoppingSettings { Validation = 0.1 } },
            Checkpoints = new CheckpointSettings { EverySteps = everySteps },
        };

        TrainingPlan plain = Plan(6, s => Study(s, 2, null)), often = Plan(6, s => Study(s, 2, 4)), fresh = Plan(6, s => Study(s, 0, 4));
        int batches = plain.BatchesPerEpoch;

        Assert.Equal(batches, plain.StretchEnd(3, 0));
        Assert.Equal(4, often.StretchEnd(0, 0));
        Assert.Equal(4, often.StretchEnd(0, 3));
        Assert.Equal(8, often.StretchEnd(0, 4));
        Assert.Equal(((batches / 4 * 4) + 4) - batches, often.StretchEnd(1, 0));
        Assert.Equal(batches, fresh.StretchEnd(0, 0));
    }

    [Fact]
    public void More_than_fits_under_way_at_once_is_refused()
    {
        var e = Assert.Throws<ArgumentException>(() => Plan(1024, s => s with { Training = s.Training with { Batch = 200, Staleness = 64 } }, rows: 2000));

        Assert.Contains("65 batches of 200 rows", e.Message, StringComparison.Ordinal);
    }

    private static TrainingPlan Plan(int cut, Func<Study, Study> change, int rows = TrainingScenario.Rows)
    {
        Study study = new TrainingScenario(TaskKind.Binary, 2, change).Study;
        return new TrainingPlan(study, RowAssignment.Build(study, rows, null), cut, TrainingSwitches.Default);
    }
}
