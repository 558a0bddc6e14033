using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Display;

/// <summary>The validation loss over the epochs in one line of text.</summary>
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

        CurvePoint last = points[^1];
        CurvePoint best = points.MinBy(p => p.ValidationLoss)!;
        double highest = points.Max(p => p.ValidationLoss);
        double range = highest - best.ValidationLoss;
        CurvePoint[] drawn = points.Count <= Width ? [.. points] : [.. Enumerable.Range(0, Width).Select(i => points[(int)((long)i * (points.Count - 1) / (Width - 1))])];
        string curve = string.Concat(drawn.Select(p => Heights[range > 0 ? (int)Math.Min((p.ValidationLoss - best.ValidationLoss) / range * Heights.Length, Heights.Length - 1) : 0]));
        return FormattableString.Invariant(
            $"validation loss {points[0].ValidationLoss:0.0000} {curve} {last.ValidationLoss:0.0000} at epoch {last.Epoch}, lowest {best.ValidationLoss:0.0000} at epoch {best.Epoch}");
    }

    /// <summary>The newest loss, as a clause; empty before the first epoch.</summary>
    public static string Newest(IReadOnlyList<CurvePoint> points) =>
        points.Count == 0 ? "" : FormattableString.Invariant($", validation loss {points[^1].ValidationLoss:0.0000} at epoch {points[^1].Epoch}");
}
