namespace VerticalFL.Messages.Studies;

/// <summary>
/// Reads the keys: <c>"mrn:digits"</c> or <c>["mrn:digits"]</c> for one key of one column, or the full form, a list of keys that each list their columns,
/// the preferred key first: <c>[["mrn:digits"], ["lastName:name", "birthDate:date"]]</c>. A column without a kind is text.
/// </summary>
internal static class IdentifierReader
{
    public static IReadOnlyList<IReadOnlyList<IdentifierColumn>> Read(StrictJsonValue value)
    {
        if (value.IsText)
        {
            return [[Column(value)]];
        }

        IReadOnlyList<StrictJsonValue> keys = value.List(v => v);
        if (keys.All(k => k.IsArray))
        {
            return [.. keys.Select(k => k.List(Column))];
        }

        return keys.Count == 1 ? [[Column(keys[0])]] : throw value.Refuse(
            "write each key as a list in the list: [[\"lastName:name\", \"birthDate:date\"]] is one key of two columns, "
            + "[[\"mrn:digits\"], [\"lastName:name\", \"birthDate:date\"]] are two keys, the preferred one first.");
    }

    /// <summary>Reads where one party has a column: <c>"dob"</c>, or <c>"dob:dateDayFirst"</c>.</summary>
    public static PartyIdentifier ReadOwn(StrictJsonValue value)
    {
        (string column, IdentifierKind? kind) = Parts(value);
        return new PartyIdentifier(column, kind);
    }

    private static IdentifierColumn Column(StrictJsonValue value)
    {
        (string column, IdentifierKind? kind) = Parts(value);
        return new IdentifierColumn(column, kind ?? IdentifierKind.Text);
    }

    private static (string Column, IdentifierKind? Kind) Parts(StrictJsonValue value)
    {
        string text = value.Text();
        int colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return (text, null);
        }

        string kind = text[(colon + 1)..];
        return StudyWords.Identifiers.TryRead(kind, out IdentifierKind known)
            ? (text[..colon], known)
            : throw value.Refuse(
                $"'{kind}' is not a kind of identifier; write column:kind, {LookAlike.Hint(kind, StudyWords.Identifiers.Words)}");
    }
}
