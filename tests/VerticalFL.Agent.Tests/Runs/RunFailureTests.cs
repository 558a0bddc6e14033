using VerticalFL.Agent.Runs;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Training.Engines;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class RunFailureTests
{
    [Fact]
    public void Of_numbers_that_ran_away_names_party_layer_and_step()
    {
        (RunOutcome outcome, string error) = RunFailure.Of(new NonFiniteException("bottom", "hidden1.dense gradient", 17), new PartyId("lab"));

        Assert.Equal(RunOutcome.NotFinite, outcome);
        Assert.Equal("Training cannot go on at 'lab'. The bottom model's hidden1.dense gradient is infinite or not a number at step 17: lower the learning rate or check the input columns for extreme values.", error);
    }

    [Fact]
    public void Of_a_loss_that_explodes_gives_advice()
    {
        (RunOutcome outcome, string error) = RunFailure.Of(new LossExplodedException(51234, 9, 3), new PartyId("hospital"));

        Assert.Equal(RunOutcome.NotFinite, outcome);
        Assert.Contains("'hospital'. The loss has exploded: the top model's loss is 5.123e+04 at step 9", error, StringComparison.Ordinal);
        Assert.Contains("lower training.optimizer.learningRate, which is 3", error, StringComparison.Ordinal);
    }
}
