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
    public void Of_nothing_or_of_one_level_does_not_fail()
    {
        Assert.Null(CurveText.Of([]));
        Assert.Equal("", CurveText.Newest([]));
        Assert.Contains("▁▁", CurveText.Of([new(1, 0.5), new(2, 0.5)]), StringComparison.Ordinal);
    }
}
