using System.Globalization;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>Writes numbers as people read them, in reports and on consoles alike; always with a decimal point.</summary>
public static class Figures
{
    /// <summary>A whole number with commas between thousands.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A metric to three decimals; larger ones, in the outcome's unit, to two or one.</summary>
    public static string Metric(double value) =>
        value.ToString(Math.Abs(value) < 9.9995 ? "0.000" : Math.Abs(value) < 99.995 ? "0.00" : "#,0.0", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    /// <summary>Both ends of an interval.</summary>
    public static string Interval(IntervalReport interval) => $"{Metric(interval.Low)} to {Metric(interval.High)}";

    /// <summary>Both ends of a difference's interval, with their signs.</summary>
    public static string SignedInterval(IntervalReport interval) => $"{Signed(interval.Low)} to {Signed(interval.High)}";

    /// <summary>A difference with its sign.</summary>
    public static string Signed(double value) => (value >= 0 ? "+" : "\u2212") + Metric(Math.Abs(value));

    /// <summary>A share between 0 and 1 in percent.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>Bytes on the wire, to three digits: decimal units, as networks are measured in.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 999_500 => Digits(bytes / 1e3) + " kB",
        < 999_500_000 => Digits(bytes / 1e6) + " MB",
        _ => Digits(bytes / 1e9) + " GB",
    };

    /// <summary>Bytes of memory: binary units, as systems tell them.</summary>
    public static string Memory(long bytes) => bytes < 1L << 30
        ? (bytes / (double)(1 << 20)).ToString("0", CultureInfo.InvariantCulture) + " MiB"
        : (bytes / (double)(1 << 30)).ToString("0.00", CultureInfo.InvariantCulture) + " GiB";

    /// <summary>Seconds, minutes or hours.</summary>
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

    private static string Digits(double value) =>
        value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
