using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Display;

/// <summary>The validation loss, or the metric, over the epochs in one line of text.</summary>
internal static class CurveText
{
    private const string Heights = "▁▂▃▄▅▆▇█";
    private const int Width = 48;

    /// <summary>The first loss, the curve between its lowest and its highest, the newest loss, and the lowest with its epoch; null before the first epoch.</summary>
    public static string? Of(IReadOnlyList<CurvePoint> points)
    {
        if (points.Count == 0)
        {
            return null;
        }

        return Draw("validation loss", [.. points.Select(p => (p.Epoch, p.ValidationLoss))], "lowest", points.Min(p => p.ValidationLoss));
    }

    /// <summary>The same of the main metric on validation rows, with the highest; null where there is none.</summary>
    public static string? Of(MetricCurve? metric) => metric is not { Points.Count: > 0 } ? null
        : Draw(metric.Name, [.. metric.Points.Select(p => (p.Epoch, p.Value))], "highest", metric.Points.Max(p => p.Value));

    private static string Draw(string name, (int Epoch, double Value)[] points, string bestIs, double best)
    {
        (int epoch, double last) = points[^1];
        double lowest = points.Min(p => p.Value);
        double range = points.Max(p => p.Value) - lowest;
        (int Epoch, double Value)[] drawn = points.Length <= Width ? points : [.. Enumerable.Range(0, Width).Select(i => points[(int)((long)i * (points.Length - 1) / (Width - 1))])];
        string curve = string.Concat(drawn.Select(p => Heights[range > 0 ? (int)Math.Min((p.Value - lowest) / range * Heights.Length, Heights.Length - 1) : 0]));
        return FormattableString.Invariant(
            $"{name} {points[0].Value:0.0000} {curve} {last:0.0000} at epoch {epoch}, {bestIs} {best:0.0000} at epoch {points.First(p => p.Value == best).Epoch}");
    }

    /// <summary>The newest loss, and the metric beside it if there is one, as a clause; empty before the first epoch.</summary>
    public static string Newest(IReadOnlyList<CurvePoint> points, MetricCurve? metric = null) =>
        points.Count == 0 ? "" : FormattableString.Invariant($", validation loss {points[^1].ValidationLoss:0.0000}")
            + (metric is { Points.Count: > 0 } ? FormattableString.Invariant($" and {metric.Name} {metric.Points[^1].Value:0.000}") : "")
            + FormattableString.Invariant($" at epoch {points[^1].Epoch}");
}
