using System.Globalization;
using System.Text;

namespace VerticalFL.Messages.Studies;

/// <summary>
/// Writes JSON that is the same bytes everywhere, now and later, because approvals sign them: UTF-8, two spaces a level, one line feed a
/// line and at the end, lists in one line, only quotes, backslashes and control characters escaped (U+0000 to U+001F as \u00xx), numbers
/// with the fewest digits that give the same float64 back and without exponent. The serialiser of the platform promises none of this.
/// </summary>
internal sealed class CanonicalJsonWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _empty = true;

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString() + "\n");

    public void StartObject() => Open('{');

    public void StartObject(string field)
    {
        Field(field);
        Open('{');
    }

    public void EndObject()
    {
        _depth--;
        if (!_empty)
        {
            Line();
        }

        _text.Append('}');
        _empty = false;
    }

    public void Write(string field, string value)
    {
        Field(field);
        Quote(value);
    }

    public void Write(string field, int value)
    {
        Field(field);
        _text.Append(value.ToString(CultureInfo.InvariantCulture));
    }

    public void Write(string field, double value)
    {
        Field(field);
        _text.Append(Number(value));
    }

    public void Write(string field, double first, double second)
    {
        Field(field);
        _text.Append('[').Append(Number(first)).Append(", ").Append(Number(second)).Append(']');
    }

    public void Write(string field, bool value)
    {
        Field(field);
        _text.Append(value ? "true" : "false");
    }

    public void WriteNull(string field)
    {
        Field(field);
        _text.Append("null");
    }

    public void Write(string field, IReadOnlyList<int> values)
    {
        Field(field);
        _text.Append('[').AppendJoin(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture))).Append(']');
    }

    public void Write(string field, IEnumerable<string> values)
    {
        Field(field);
        List(values);
    }

    /// <summary>A list of lists of text.</summary>
    public void Write(string field, IEnumerable<IEnumerable<string>> values)
    {
        Field(field);
        _text.Append('[');
        bool first = true;
        foreach (IEnumerable<string> list in values)
        {
            _text.Append(first ? "" : ", ");
            List(list);
            first = false;
        }

        _text.Append(']');
    }

    /// <summary>A list of objects, one behind the other.</summary>
    public void WriteObjects<T>(string field, IEnumerable<T> values, Action<T> write)
    {
        Field(field);
        _text.Append('[');
        bool first = true;
        foreach (T value in values)
        {
            _text.Append(first ? "" : ", ");
            Open('{');
            write(value);
            EndObject();
            first = false;
        }

        _text.Append(']');
    }

    /// <summary>The fewest digits that read back as the same number, without an exponent.</summary>
    internal static string Number(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
        {
            return text;
        }

        string sign = value < 0 ? "-" : "";
        string mantissa = text[sign.Length..e];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int point = (mantissa.IndexOf('.', StringComparison.Ordinal) is var p and >= 0 ? p : mantissa.Length)
            + int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        return sign + (point <= 0 ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits + new string('0', point - digits.Length)
            : digits[..point] + "." + digits[point..]);
    }

    private void Field(string name)
    {
        if (!_empty)
        {
            _text.Append(',');
        }

        Line();
        Quote(name);
        _text.Append(": ");
        _empty = false;
    }

    private void Open(char bracket)
    {
        _text.Append(bracket);
        _depth++;
        _empty = true;
    }

    private void Line() => _text.Append('\n').Append(' ', _depth * 2);

    private void List(IEnumerable<string> values)
    {
        _text.Append('[');
        bool first = true;
        foreach (string value in values)
        {
            _text.Append(first ? "" : ", ");
            Quote(value);
            first = false;
        }

        _text.Append(']');
    }

    private void Quote(string text)
    {
        _text.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    _text.Append('\\').Append(c);
                    break;
                case < ' ':
                    _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    _text.Append(c);
                    break;
            }
        }

        _text.Append('"');
    }
}
