using VerticalFL.Agent.Reports;
using Xunit;

namespace VerticalFL.Agent.Tests.Reports;

public sealed class CurvePointsTests
{
    [Fact]
    public void Thin_keeps_the_ends_and_the_shape()
    {
        var random = new Random(5);
        List<RocCurvePoint> points = [new(0, 0)];
        int negatives = 0;
        int positives = 0;
        for (int i = 0; i < 10_000; i++)
        {
            _ = random.Next(10_000) < i ? negatives++ : positives++;
            points.Add(new RocCurvePoint(negatives, positives));
        }

        List<RocCurvePoint> curve = [.. points.Select(
            p => new RocCurvePoint(p.FalsePositiveRate / negatives, p.TruePositiveRate / positives))];

        IReadOnlyList<RocCurvePoint> thin = CurvePoints.Thin(curve);

        Assert.InRange(thin.Count, 100, 202);
        Assert.Equal(curve[0], thin[0]);
        Assert.Equal(curve[^1], thin[^1]);
        Assert.Equal(Area(curve), Area(thin), 0.002);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(256, 256)]
    [InlineData(100_000, 258)]
    public void ThinLosses_keeps_first_last_and_lowest(int epochs, int most)
    {
        LossPoint[] losses = [.. Enumerable.Range(1, epochs).Select(e => new LossPoint(e, 1, Math.Abs(e - (0.61 * epochs))))];

        IReadOnlyList<LossPoint> thin = CurvePoints.ThinLosses(losses);

        Assert.InRange(thin.Count, Math.Min(epochs, 200), most);
        Assert.Equal((losses[0], losses[^1]), (thin[0], thin[^1]));
        Assert.Contains(losses.MinBy(l => l.Validation), thin);
    }

    [Fact]
    public void Thin_of_few_points_keeps_them_all()
    {
        RocCurvePoint[] curve = [new(0, 0), new(0, 0.5), new(0.5, 0.5), new(1, 1)];

        Assert.Equal(curve, CurvePoints.Thin(curve));
        Assert.Empty(CurvePoints.Thin([]));
    }

    [Fact]
    public void Groups_hold_every_row_once_and_rise()
    {
        float[] predicted = [.. Enumerable.Range(0, 103).Select(i => (float)((i * 37) % 103))];
        float[] observed = [.. predicted.Select(p => 2 * p)];

        IReadOnlyList<CalibrationGroup> groups = CurvePoints.Groups(predicted, observed);

        Assert.Equal(10, groups.Count);
        Assert.Equal(103, groups.Sum(g => g.Rows));
        Assert.All(groups, g => Assert.InRange(g.Rows, 10, 11));
        Assert.All(groups, g => Assert.Equal(2 * g.Predicted, g.Observed, 1e-9));
        Assert.Equal(groups.Select(g => g.Predicted).Order(), groups.Select(g => g.Predicted));
    }

    [Fact]
    public void Groups_of_fewer_rows_than_groups_has_one_a_row()
    {
        Assert.Equal([new CalibrationGroup(1, 1, 5), new CalibrationGroup(1, 2, 4)], CurvePoints.Groups([2, 1], [4, 5]));
        Assert.Empty(CurvePoints.Groups([], []));
        Assert.Throws<ArgumentException>(() => CurvePoints.Groups([1], []));
    }

    private static double Area(IReadOnlyList<RocCurvePoint> points) => points.Zip(points.Skip(1))
        .Sum(p => (p.Second.FalsePositiveRate - p.First.FalsePositiveRate) * (p.First.TruePositiveRate + p.Second.TruePositiveRate) / 2);
}
