using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Engines;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class CompletionAttackTests
{
    private const int Rows = 1000;
    private const int Width = 4;
    private static readonly int[] All = [.. Enumerable.Range(0, Rows)];

    [Fact]
    public void Outputs_that_part_the_classes_give_every_outcome_away_and_columns_that_do_not_do_not()
    {
        (bool[] outcomes, float[] noise) = Data();
        float[] parted = [.. Enumerable.Range(0, Rows * Width).Select(i => noise[i] + (outcomes[i / Width] ? 3 : 0))];

        CompletionLeak leak = CompletionAttack.Play(new AuditView(All, parted, parted, []), noise, outcomes);

        Assert.InRange(leak.Auc, 0.98, 1);
        Assert.InRange(leak.Chance, 0.45, 0.58);
        Assert.InRange(leak.ColumnsAuc, 0.45, 0.58);
    }

    [Fact]
    public void The_strongest_of_final_averaged_and_gradients_counts()
    {
        (bool[] outcomes, float[] noise) = Data();
        float[] parted = [.. Enumerable.Range(0, Rows * Width).Select(i => noise[i] + (outcomes[i / Width] ? 3 : 0))];

        Assert.InRange(CompletionAttack.Play(new AuditView(All, noise, parted, []), noise, outcomes).Auc, 0.98, 1);
        Assert.InRange(CompletionAttack.Play(new AuditView(All, noise, noise, parted), noise, outcomes).Auc, 0.95, 1);
        Assert.InRange(CompletionAttack.Play(new AuditView(All, noise, noise, noise), noise, outcomes).Auc, 0.45, 0.58);
    }

    [Fact]
    public void Outputs_that_no_straight_line_parts_are_parted_by_a_curve()
    {
        var random = new Random(9);
        float[] plane = [.. Enumerable.Range(0, Rows * 2).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        bool[] quadrants = [.. All.Select(r => plane[2 * r] * plane[(2 * r) + 1] > 0)];

        Assert.InRange(CompletionAttack.Play(new AuditView(All, plane, plane, []), Data().Noise, quadrants).Auc, 0.8, 1);
    }

    [Fact]
    public void Training_on_finds_in_the_columns_what_the_outputs_do_not_show()
    {
        (bool[] outcomes, float[] noise) = Data();
        float[] telling = [.. Enumerable.Range(0, Rows * Width).Select(i => noise[i] + (outcomes[i / Width] ? 0.8f : 0))];

        CompletionLeak leak = CompletionAttack.Play(new AuditView(All, noise, noise, []), telling, outcomes, Copies);

        Assert.InRange(leak.FineTunedAuc!.Value, 0.9, 1);
        Assert.InRange(leak.FineTunedChance!.Value, 0.45, 0.58);
        Assert.InRange(leak.ColumnsAuc, leak.FineTunedAuc.Value, 1);
    }

    [Fact]
    public void Training_on_finds_nothing_in_noise_but_gradients_that_tell_beside_it()
    {
        (bool[] outcomes, float[] noise) = Data();
        float[] parted = [.. Enumerable.Range(0, Rows * Width).Select(i => noise[i] + (outcomes[i / Width] ? 3 : 0))];

        Assert.InRange(CompletionAttack.Play(new AuditView(All, noise, noise, noise), noise, outcomes, Copies).FineTunedAuc!.Value, 0.45, 0.58);
        Assert.InRange(CompletionAttack.Play(new AuditView(All, noise, noise, parted), noise, outcomes, Copies).FineTunedAuc!.Value, 0.95, 1);
    }

    [Fact]
    public void Without_the_model_nothing_is_trained_on()
    {
        (bool[] outcomes, float[] noise) = Data();

        CompletionLeak leak = CompletionAttack.Play(new AuditView(All, noise, noise, []), noise, outcomes);

        Assert.Equal((null, null), (leak.FineTunedAuc, leak.FineTunedChance));
    }

    [Fact]
    public void Lengths_that_do_not_fit_throw()
    {
        Assert.Throws<ArgumentException>(() => new AuditView([0, 1], new float[4], new float[2], []));
        Assert.Throws<ArgumentException>(() => CompletionAttack.Play(new AuditView([0, 1], new float[4], new float[4], []), new float[3], new bool[2]));
    }

    private static BottomCopies Copies => new(Fresh, Fresh);

    private static IBottomModel Fresh(FeatureMatrix table) => new ManagedBottomModel(
        table, new BottomSettings { Layers = [16] }, 8, new OptimizerSettings { LearningRate = 0.003 }, new byte[32]);

    private static (bool[] Outcomes, float[] Noise) Data()
    {
        var random = new Random(4);
        return ([.. All.Select(_ => random.Next(3) == 0)], [.. Enumerable.Range(0, Rows * Width).Select(_ => (float)((2 * random.NextDouble()) - 1))]);
    }
}
