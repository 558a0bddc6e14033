using VerticalFL.Training.Audits;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class FeatureRecoveryTests
{
    private const int Rows = 1000;
    private static readonly int[] All = [.. Enumerable.Range(0, Rows)];

    [Fact]
    public void A_column_that_the_view_holds_is_told_and_one_that_it_does_not_is_not()
    {
        float[] seen = Uniform(101, Rows), unseen = Uniform(102, Rows);
        float[] view = [.. All.SelectMany(r => new[] { 0.3f * seen[r], -2 * seen[r] })];
        float[] columns = [.. All.SelectMany(r => new[] { unseen[r], seen[r], 7f })];

        FeatureLeak leak = FeatureRecovery.Play(new AuditView(All, view, view, []), columns)!;

        Assert.Equal((200, 1), (leak.KnownRows, leak.LargestColumn));
        Assert.InRange(leak.LargestR2, 0.99, 1);
        Assert.InRange(leak.MeanR2, 0.33, 0.35);
        Assert.InRange(leak.Chance, 0, 0.02);
    }

    [Fact]
    public void A_column_that_bends_across_the_view_is_told_too()
    {
        float[] angle = Uniform(101, Rows);
        float[] view = [.. angle.SelectMany(a => new[] { MathF.Cos(MathF.PI * a), MathF.Sin(MathF.PI * a) })];
        float[] column = [.. angle.Select(a => MathF.Cos(3 * MathF.PI * a))];

        FeatureLeak leak = FeatureRecovery.Play(new AuditView(All, view, view, []), column)!;

        Assert.InRange(leak.LargestR2, 0.95, 1);
        Assert.InRange(leak.Chance, 0, 0.02);
    }

    [Fact]
    public void Another_summand_of_the_same_size_hides_half()
    {
        float[] own = Uniform(101, Rows), other = Uniform(102, Rows);
        float[] sum = [.. All.Select(r => own[r] + other[r])];

        Assert.InRange(FeatureRecovery.Play(new AuditView(All, sum, sum, []), own)!.LargestR2, 0.42, 0.58);
    }

    [Fact]
    public void Noise_that_is_fresh_in_every_epoch_averages_out()
    {
        float[] own = Uniform(101, Rows);
        float[] once = Uniform(103, Rows);
        var view = new AuditView(All, 1);
        view.Evaluated(All, [.. All.Select(r => own[r] + (5 * once[r]))]);
        for (int epoch = 0; epoch < 100; epoch++)
        {
            float[] noise = Uniform(200 + epoch, Rows);
            view.Trained(All, [.. All.Select(r => own[r] + (5 * noise[r]))]);
        }

        Assert.InRange(FeatureRecovery.Play(new AuditView(All, view.Last, view.Last, []), own)!.LargestR2, 0, 0.12);
        Assert.InRange(FeatureRecovery.Play(view, own)!.LargestR2, 0.7, 1);
    }

    [Fact]
    public void Constant_columns_or_too_few_rows_give_no_figure()
    {
        Assert.Null(FeatureRecovery.Play(new AuditView(All, Uniform(101, Rows), Uniform(101, Rows), []), new float[Rows]));
        Assert.Null(FeatureRecovery.Play(new AuditView([0, 1], [1, 2], [1, 2], []), new float[] { 1, 2 }));
    }

    private static float[] Uniform(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
