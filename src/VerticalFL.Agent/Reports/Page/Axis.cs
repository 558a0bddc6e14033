namespace VerticalFL.Agent.Reports.Page;

/// <summary>An axis of a plot, its bounds and its ticks.</summary>
internal sealed class Axis
{
    private Axis(string name, double minimum, double maximum, double step)
    {
        Name = name;
        Minimum = minimum;
        Maximum = maximum;
        Step = step;
    }

    public string Name { get; }

    public double Minimum { get; }

    public double Maximum { get; }

    public double Step { get; }

    public IEnumerable<double> Ticks
    {
        get
        {
            for (double n = Math.Ceiling((Minimum / Step) - 1e-9); n * Step <= Maximum + (Step * 1e-9); n++)
            {
                // Adding zero turns a negative zero, which would print with its sign, into a positive one.
                yield return (n * Step) + 0.0;
            }
        }
    }

    /// <summary>From 0 to 1.</summary>
    public static Axis Share(string name) => new(name, 0, 1, 0.2);

    /// <summary>Bounds that hold all values, widened to whole ticks of 1, 2 or 5 times a power of ten.</summary>
    public static Axis Around(string name, IEnumerable<double> values)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (double value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (!(high > low))
        {
            double centre = double.IsFinite(low) ? low : 0;
            (low, high) = (centre - 1, centre + 1);
        }

        double step = NiceStep((high - low) / 5);
        return new Axis(name, Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    /// <summary>From 0 or 1 up to a maximum that is kept exactly: epochs, times.</summary>
    public static Axis UpTo(string name, double from, double maximum, bool whole)
    {
        double end = Math.Max(maximum, from + 1);
        double step = NiceStep((end - from) / 5);
        return new Axis(name, from, end, whole ? Math.Max(1, step) : step);
    }

    private static double NiceStep(double raw)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double unit = raw / power;
        return power * (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10);
    }
}
