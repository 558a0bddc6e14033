using VerticalFL.Training.Audits;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class LabelLeakAuditTests
{
    private const int Rows = 1200;
    private const int Width = 6;
    private const int Batch = 100;

    [Fact]
    public void Gradients_that_point_apart_by_class_give_every_outcome_away()
    {
        LabelLeak[] leaks = Audit(epochs: 2, (positive, random) => (float)((positive ? 1 : -1) * (0.5 + random.NextDouble())));

        Assert.Equal([LabelAttack.Norm, LabelAttack.Direction, LabelAttack.Spectral, LabelAttack.Averaged, LabelAttack.FewLabels], leaks.Select(l => l.Attack));
        Assert.All(leaks.Skip(1), l => Assert.InRange(l.Auc, 0.99, 1));

        // The lengths are drawn alike for both: they tell nothing.
        Assert.InRange(leaks[0].Auc - leaks[0].Chance, -0.05, 0.05);
    }

    [Fact]
    public void Longer_gradients_of_one_class_are_found_by_their_norm()
    {
        LabelLeak[] leaks = Audit(epochs: 1, (positive, random) => (random.Next(2) == 0 ? 1 : -1) * (positive ? 0.9f : 0.1f));

        Assert.Equal(1, leaks[0].Auc, 1e-9);
    }

    [Fact]
    public void Gradients_that_say_nothing_are_told_as_chance()
    {
        LabelLeak[] leaks = Audit(epochs: 3, (_, random) => (float)random.NextDouble() - 0.5f);

        Assert.All(leaks, l => Assert.InRange(l.Auc - l.Chance, -0.06, 0.06));
        Assert.All(leaks, l => Assert.InRange(l.Chance, 0.45, 0.6));
    }

    [Fact]
    public void Noise_that_is_fresh_in_every_step_averages_out_over_epochs()
    {
        float Noisy(bool positive, Random random) => (float)((positive ? 0.3 : -0.3) + (3 * (random.NextDouble() - 0.5)));
        LabelLeak[] one = Audit(1, Noisy);
        LabelLeak[] many = Audit(60, Noisy);

        Assert.True(many[3].Auc > one[3].Auc + 0.05, $"one epoch {one[3].Auc}, sixty {many[3].Auc}");
        Assert.True(many[3].Auc > many[1].Auc, $"averaged {many[3].Auc}, largest single epoch {many[1].Auc}");
    }

    [Fact]
    public void Rows_of_one_class_or_nothing_sent_give_no_figure()
    {
        Assert.Empty(new LabelLeakAudit(new bool[10], [.. Enumerable.Range(0, 10)], 2).Leaks());
        var one = new LabelLeakAudit(new bool[10], [.. Enumerable.Range(0, 10)], 1);
        one.Sent([0, 1], [1, 2]);
        Assert.Empty(one.Leaks());
    }

    [Fact]
    public void Lengths_that_do_not_fit_throw() =>
        Assert.Throws<ArgumentException>(() => new LabelLeakAudit(new bool[4], [0, 1, 2, 3], 2).Sent([0, 1], new float[3]));

    private static LabelLeak[] Audit(int epochs, Func<bool, Random, float> size)
    {
        var random = new Random(8);
        bool[] positive = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(4) == 0)];
        var audit = new LabelLeakAudit(positive, [.. Enumerable.Range(0, Rows)], Width);
        int[] order = [.. Enumerable.Range(0, Rows)];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle(order);
            for (int start = 0; start < Rows; start += Batch)
            {
                int[] rows = order[start..(start + Batch)];
                audit.Sent(rows, [.. rows.SelectMany(r =>
                {
                    float of = size(positive[r], random);
                    return Enumerable.Range(0, Width).Select(k => of * (k + 1));
                })]);
            }

            audit.EndEpoch();
        }

        return [.. audit.Leaks()];
    }
}
