using System.Globalization;
using System.Text.Json;

namespace VerticalFL.Messages.Studies;

/// <summary>A JSON value with its path: every accessor gives the value or refuses with the path, the problem and the remedy.</summary>
internal readonly struct StrictJsonValue(JsonElement element, string path)
{
    public string Path => path;

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    public bool IsArray => element.ValueKind == JsonValueKind.Array;

    public StudyException Refuse(string problem) => new(path, problem);

    public string Text()
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            throw Wrong("text in double quotes");
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse("the text holds half of a surrogate pair; write the character itself.");
        }
    }

    public bool Boolean() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("true or false"),
    };

    public int Integer() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int value) ? value : throw Wrong("a whole number");

    public double Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && double.IsFinite(value)
            ? value
            : throw Wrong("a number");

    public DateOnly Date() =>
        DateOnly.TryParseExact(Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date
            : throw Refuse("this is not a calendar date; write it as \"2027-06-30\".");

    public T Word<T>(WordTable<T> table)
        where T : struct, Enum
    {
        string word = Text();
        return table.TryRead(word, out T value) ? value : throw Refuse($"'{word}' is not known; {LookAlike.Hint(word, table.Words)}");
    }

    public PartyId Party()
    {
        string text = Text();
        return PartyId.IsValid(text)
            ? new PartyId(text)
            : throw Refuse(
                $"'{text}' is not a party id; use 1 to {PartyId.MaxLength} lower-case letters, digits and hyphens, first a letter.");
    }

    public IReadOnlyList<T> List<T>(Func<StrictJsonValue, T> read)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("a list in square brackets");
        }

        List<T> list = [];
        foreach (JsonElement item in element.EnumerateArray())
        {
            list.Add(read(new StrictJsonValue(item, $"{path}[{list.Count}]")));
        }

        return list;
    }

    /// <summary>An object with known fields; the caller reads them and then calls <see cref="StrictJsonObject.End"/>.</summary>
    public StrictJsonObject Object() => new(path, Members());

    /// <summary>An object whose keys are data, such as party ids.</summary>
    public IReadOnlyList<(string Key, StrictJsonValue Value)> Members()
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("an object in braces");
        }

        List<(string, StrictJsonValue)> members = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string key = Name(property);
            if (!seen.Add(key))
            {
                throw Refuse($"the field '{key}' stands here twice; keep one.");
            }

            members.Add((key, new StrictJsonValue(property.Value, JsonPath.Child(path, key))));
        }

        return members;
    }

    private string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Refuse("a field's name holds half of a surrogate pair; write the character itself.");
        }
    }

    private StudyException Wrong(string expected)
    {
        string found = element.ValueKind switch
        {
            JsonValueKind.String => "text",
            JsonValueKind.Number => "the number " + Shortened(element.GetRawText()),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Null => "null",
            JsonValueKind.Array => "a list",
            _ => "an object",
        };
        return Refuse($"{found} stands here; write {expected}.");
    }

    private static string Shortened(string text) => text.Length <= 24 ? text : text[..24] + "...";
}
