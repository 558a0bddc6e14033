using System.Globalization;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>Writes numbers as people read them; always with a decimal point.</summary>
internal static class Figures
{
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Metric(double value) =>
        value.ToString(Math.Abs(value) < 100 ? "0.000" : "#,0.0", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    public static string Interval(IntervalReport interval) => $"{Metric(interval.Low)} to {Metric(interval.High)}";

    public static string SignedInterval(IntervalReport interval) => $"{Signed(interval.Low)} to {Signed(interval.High)}";

    public static string Signed(double value) => (value >= 0 ? "+" : "\u2212") + Metric(Math.Abs(value));

    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
        < 1024L * 1024 * 1024 => (bytes / (1024.0 * 1024)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        _ => (bytes / (1024.0 * 1024 * 1024)).ToString("0.00", CultureInfo.InvariantCulture) + " GiB",
    };

    public static string Duration(double seconds) => seconds switch
    {
        < 10 => seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        < 120 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 7200 => $"{(int)(seconds / 60)} min {(int)(seconds % 60)} s",
        _ => $"{(int)(seconds / 3600)} h {(int)(seconds % 3600 / 60)} min",
    };

    /// <summary>A tick's label: as many digits as its step needs.</summary>
    public static string Tick(double value, double step)
    {
        int digits = (int)Math.Clamp(Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 8);
        return Math.Abs(value) >= 10_000
            ? Count((long)Math.Round(value)).Replace('-', '\u2212')
            : value.ToString("F" + digits, CultureInfo.InvariantCulture).Replace('-', '\u2212');
    }
}
