using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>
/// Makes elements of a page. Text goes through the XML writer only, so no name of a party, a study or a column can become markup.
/// </summary>
internal static class Markup
{
    private static readonly HashSet<string> Void = ["meta", "br", "hr", "link"];

    public static XElement Element(string name, params object?[] content)
    {
        var element = new XElement(name);
        foreach (object? part in content)
        {
            Add(element, part);
        }

        // A browser reads <div/> as an open tag.
        if (element.IsEmpty && !Void.Contains(name))
        {
            element.Value = "";
        }

        return element;
    }

    public static XElement Class(string name, string classes, params object?[] content) =>
        Element(name, [Attribute("class", classes), .. content]);

    public static XAttribute Attribute(string name, string value) => new(name, Clean(value));

    public static XAttribute Attribute(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));

    private static void Add(XElement element, object? part)
    {
        switch (part)
        {
            case null:
                break;
            case string text:
                element.Add(new XText(Clean(text)));
                break;
            case XObject node:
                element.Add(node);
                break;
            case IEnumerable<XObject> nodes:
                element.Add(nodes);
                break;
            default:
                throw new ArgumentException($"{part.GetType()} cannot stand on a page.", nameof(part));
        }
    }

    // XML 1.0 has no way to write control characters, and reversing the direction of text is a known way to disguise a name.
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(r => IsHarmless(r.Value) ? r.ToString() : "\ufffd"));

    private static bool IsHarmless(int rune) =>
        (rune >= 0x10000 || XmlConvert.IsXmlChar((char)rune)) && rune is not ((>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069));
}
