using System.Globalization;
using System.Text;
using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>A chart with two linear axes, drawn as SVG in a box of 520 by 340 units.</summary>
internal sealed class Plot
{
    private const double Width = 520;
    private const double Height = 340;
    private const double Left = 62;
    private const double Right = 14;
    private const double Top = 14;
    private const double Bottom = 48;
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly XElement _svg;

    /// <param name="summary">What the chart shows, for who cannot see it.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    public Plot(string summary, Axis x, Axis y)
    {
        _x = x;
        _y = y;
        _svg = Element(
            "svg", Attribute("viewBox", $"0 0 {Width} {Height}"), Attribute("role", "img"), Attribute("aria-label", summary),
            Attribute("class", "plot"));
        foreach (double tick in y.Ticks)
        {
            Line("grid", Left, Y(tick), Width - Right, Y(tick));
            Label("tick end", Left - 8, Y(tick) + 4, Figures.Tick(tick, y.Step));
        }

        foreach (double tick in x.Ticks)
        {
            Line("tickmark", X(tick), Height - Bottom, X(tick), Height - Bottom + 4);
            Label("tick middle", X(tick), Height - Bottom + 19, Figures.Tick(tick, x.Step));
        }

        Line("axis", Left, Height - Bottom, Width - Right, Height - Bottom);
        Label("axisname middle", (Left + Width - Right) / 2, Height - 8, x.Name);
        XElement name = Label("axisname middle", 0, 0, y.Name);
        name.SetAttributeValue("transform", FormattableString.Invariant($"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)"));
    }

    /// <summary>The finished drawing.</summary>
    public XElement Svg => _svg;

    /// <summary>A line through points; with <paramref name="steps"/> it keeps its height up to each next point.</summary>
    public void Curve(string classes, IEnumerable<(double X, double Y)> points, bool steps = false)
    {
        var path = new StringBuilder();
        double? height = null;
        foreach ((double x, double y) in points)
        {
            if (steps && height is { } h)
            {
                path.Append(CultureInfo.InvariantCulture, $" L{X(x):0.##} {h:0.##}");
            }

            height = Y(y);
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : " L")}{X(x):0.##} {height:0.##}");
        }

        _svg.Add(Element("path", Attribute("class", "curve " + classes), Attribute("d", path.ToString())));
    }

    /// <summary>The area between a curve and the horizontal axis.</summary>
    public void Area(string classes, IReadOnlyList<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        path.Append(CultureInfo.InvariantCulture, $"M{X(points[0].X):0.##} {Y(_y.Minimum):0.##}");
        foreach ((double x, double y) in points)
        {
            path.Append(CultureInfo.InvariantCulture, $" L{X(x):0.##} {Y(y):0.##}");
        }

        path.Append(CultureInfo.InvariantCulture, $" L{X(points[^1].X):0.##} {Y(_y.Minimum):0.##} Z");
        _svg.Add(Element("path", Attribute("class", "area " + classes), Attribute("d", path.ToString())));
    }

    /// <summary>A dot with a text that shows when the pointer rests on it.</summary>
    public void Dot(string classes, double x, double y, double radius, string text) => _svg.Add(Element(
        "circle", Attribute("class", "dot " + classes), Attribute("cx", X(x)), Attribute("cy", Y(y)), Attribute("r", radius),
        Element("title", text)));

    /// <summary>An upright line from one height to another: an interval.</summary>
    public void Whisker(string classes, double x, double low, double high) => Line("whisker " + classes, X(x), Y(low), X(x), Y(high));

    /// <summary>A straight line between two points of the data.</summary>
    public void Reference(double x1, double y1, double x2, double y2) => Line("reference", X(x1), Y(y1), X(x2), Y(y2));

    /// <summary>A vertical line with a text at its top.</summary>
    public void Marker(double x, string text)
    {
        Line("marker", X(x), Top, X(x), Height - Bottom);
        bool right = X(x) < (Left + Width) * 0.6;
        Label(right ? "note" : "note end", X(x) + (right ? 6 : -6), Top + 10, text);
    }

    private double X(double value) => Left + ((value - _x.Minimum) / (_x.Maximum - _x.Minimum) * (Width - Left - Right));

    private double Y(double value) => Height - Bottom - ((value - _y.Minimum) / (_y.Maximum - _y.Minimum) * (Height - Top - Bottom));

    private void Line(string classes, double x1, double y1, double x2, double y2) => _svg.Add(Element(
        "line", Attribute("class", classes), Attribute("x1", x1), Attribute("y1", y1), Attribute("x2", x2), Attribute("y2", y2)));

    private XElement Label(string classes, double x, double y, string text)
    {
        XElement label = Element("text", Attribute("class", classes), Attribute("x", x), Attribute("y", y), text);
        _svg.Add(label);
        return label;
    }
}
