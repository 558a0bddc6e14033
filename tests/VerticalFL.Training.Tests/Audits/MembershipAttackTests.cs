using VerticalFL.Training.Audits;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class MembershipAttackTests
{
    private const int Count = 2000;
    private static readonly bool[] Trained = [.. Enumerable.Range(0, Count).Select(i => i % 2 == 0)];
    private static readonly bool[] Positive = [.. Enumerable.Range(0, Count).Select(i => i % 10 < 3)];

    [Fact]
    public void Play_predictions_that_fit_training_patients_better_tells_them()
    {
        float[] noise = Noise();
        float[] predictions = [.. noise.Select((n, i) => Fitting(i, (Trained[i] ? 0.9f : 0.6f) + (0.1f * n)))];

        MembershipLeak leak = MembershipAttack.Play(predictions, Positive, Trained)!;

        Assert.InRange(leak.Auc, 0.99, 1);
        Assert.InRange(leak.Chance, 0.47, 0.53);
    }

    [Fact]
    public void Play_outcomes_that_are_hard_to_fit_are_compared_among_themselves()
    {
        // Positives fit far worse, and make up most of the training patients: all losses together point the wrong way.
        var random = new Random(5);
        bool[] positive = [.. Trained.Select(t => random.NextDouble() < (t ? 0.8 : 0.2))];
        float[] noise = Noise();
        float[] predictions = [.. noise.Select((n, i) =>
        {
            float fit = (positive[i] ? 0.3f : 0.7f) + (Trained[i] ? 0.1f : 0) + (0.05f * n);
            return positive[i] ? fit : 1 - fit;
        })];

        Assert.InRange(MembershipAttack.Play(predictions, positive, Trained)!.Auc, 0.98, 1);
    }

    [Fact]
    public void Play_predictions_that_know_nothing_of_it_stay_at_chance()
    {
        MembershipLeak leak = MembershipAttack.Play(Noise().Select(n => 0.5f + (0.4f * n)).ToArray(), Positive, Trained)!;

        Assert.InRange(leak.Auc, 0.45, 0.55);
        Assert.InRange(leak.Chance, 0.47, 0.53);
    }

    [Fact]
    public void Play_of_one_kind_of_patients_has_no_figure()
    {
        Assert.Null(MembershipAttack.Play([0.5f, 0.6f], [true, false], [true, true]));
        Assert.Throws<ArgumentException>(() => MembershipAttack.Play([0.5f], [true, false], [true, true]));
    }

    private static float Fitting(int patient, float fit) => Positive[patient] ? fit : 1 - fit;

    private static float[] Noise()
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
