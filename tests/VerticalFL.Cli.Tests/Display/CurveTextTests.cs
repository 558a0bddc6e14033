using VerticalFL.Cli.Display;
using VerticalFL.Coordinator.Registry;
using Xunit;

namespace VerticalFL.Cli.Tests.Display;

public sealed class CurveTextTests
{
    [Fact]
    public void Of_draws_from_the_lowest_to_the_highest_and_names_the_best_epoch() => Assert.Equal(
        "validation loss 0.7000 █▅▂▁▁ 0.4100 at epoch 5, lowest 0.4000 at epoch 4",
        CurveText.Of([new(1, 0.7), new(2, 0.55), new(3, 0.45), new(4, 0.4), new(5, 0.41)]));

    [Fact]
    public void Of_many_epochs_fits_in_a_line()
    {
        string text = CurveText.Of([.. Enumerable.Range(1, 256).Select(e => new CurvePoint(e, 1.0 / e))])!;

        Assert.InRange(text.Length, 60, 130);
        Assert.Contains("at epoch 256, lowest", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Metric_stands_beside_the_loss_with_its_highest()
    {
        var metric = new MetricCurve("AUC", [new(1, 0.7), new(2, 0.83), new(3, 0.81)]);

        Assert.Equal("AUC 0.7000 ▁█▇ 0.8100 at epoch 3, highest 0.8300 at epoch 2", CurveText.Of(metric));
        Assert.Equal(", validation loss 0.4500 and AUC 0.810 at epoch 3", CurveText.Newest([new(3, 0.45)], metric));
        Assert.Equal(", validation loss 0.4500 at epoch 3", CurveText.Newest([new(3, 0.45)]));
    }

    [Fact]
    public void Of_nothing_or_of_one_level_does_not_fail()
    {
        Assert.Null(CurveText.Of([]));
        Assert.Null(CurveText.Of((MetricCurve?)null));
        Assert.Equal("", CurveText.Newest([]));
        Assert.Contains("▁▁", CurveText.Of([new(1, 0.5), new(2, 0.5)]), StringComparison.Ordinal);
    }
}
