using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

/// <summary>Numbers that are not finite stop the run where they appear, and leave nobody.</summary>
public sealed class DivergenceTests
{
    [Theory]
    [InlineData("lab", float.NaN, 7L)]
    [InlineData("pharmacy", float.PositiveInfinity, 0L)]
    [InlineData("hospital", float.NegativeInfinity, 7L)]
    [InlineData("lab", float.NaN, null)]
    [InlineData("hospital", float.NaN, null)]
    public async Task Activations_that_are_not_finite_stop_the_party_that_made_them(string party, float bad, long? atStep)
    {
        var scenario = new TrainingScenario(TaskKind.Binary, featureParties: 2)
        {
            Engine = (p, model) => p.Value == party ? new PoisonedBottom(model, bad, atStep) : model,
        };

        NonFiniteException e = await FirstAsync<NonFiniteException>(scenario);

        // Evaluation first comes after the first epoch's three batches: its validation.
        Assert.Equal(("bottom", "cut", atStep ?? 3), (e.Part, e.Layer, e.Step));
        Assert.Contains("lower the learning rate", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TaskKind.Binary)]
    [InlineData(TaskKind.Regression)]
    public async Task A_loss_that_explodes_stops_the_run_with_advice(TaskKind task)
    {
        var scenario = new TrainingScenario(task, 2, s => s with
        {
            Model = s.Model with { TopDropout = 0 },
            Training = s.Training with { Optimizer = new OptimizerSettings { Kind = OptimizerKind.AdamW, LearningRate = 50 } },
        });

        LossExplodedException e = await FirstAsync<LossExplodedException>(scenario);

        Assert.True(e.Loss > LossExplodedException.Limit, $"{e.Loss}");
        Assert.Contains($"at step {e.Step}", e.Message, StringComparison.Ordinal);
        Assert.Contains("lower training.optimizer.learningRate, which is 50", e.Message, StringComparison.Ordinal);
    }

    private static async Task<T> FirstAsync<T>(TrainingScenario scenario)
        where T : Exception
    {
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => scenario.AttemptAsync(p => scenario.Context(p), _ => null, TrainingSwitches.Default));
        return Assert.IsType<T>(e.InnerException);
    }
}
