using VerticalFL.Messages.Studies;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class TrafficPlanTests
{
    [Theory]
    [InlineData(1, "u32.20", GradientFormat.Float32, 0, null, 0, 1)]
    [InlineData(2, "u32.20", GradientFormat.Float32, 0.2, null, 0, 1)]
    [InlineData(2, "u32.20", GradientFormat.Float32, 0.2, null, 0, 2)]
    [InlineData(3, "u16.8", GradientFormat.Float16, 0.2, 2, 0.3, 1)]
    public async Task Total_is_what_a_training_sends_to_the_byte(
        int featureParties, string ring, GradientFormat gradients, double validation, int? microbatches, double partyDropout, int members)
    {
        var scenario = new TrainingScenario(TaskKind.Binary, featureParties, s => s with
        {
            Model = s.Model with { Members = members },
            Privacy = s.Privacy with { Ring = ring },
            Evaluation = new EvaluationSettings { Contributions = partyDropout == 0 ? [] : [.. s.FeatureParties.Select(p => new[] { p })] },
            Training = s.Training with
            {
                // More than 256 steps, so that step numbers take one, two and three bytes.
                Epochs = 40, Batch = 13, Gradients = gradients, PartyDropout = partyDropout, EarlyStopping = new EarlyStoppingSettings { Validation = validation, Patience = 40 },
            },
        });
        var switches = new TrainingSwitches { Microbatches = microbatches };

        LabelTrainingResult result = (await scenario.SplitAsync(switches)).Label;

        var plan = new TrainingPlan(scenario.Study, scenario.Assignment, scenario.Study.Model.Cut, switches);
        var traffic = new TrafficPlan(scenario.Study, plan, scenario.Assignment, ActivationRing.For(ring, featureParties).ElementSize);
        Assert.True(result.Outcome.Steps > 256);
        Assert.Equal(result.TotalBytesSent, traffic.Total(result.Outcome.Losses.Count));
    }
}
