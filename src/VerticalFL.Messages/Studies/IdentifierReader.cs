namespace VerticalFL.Messages.Studies;

/// <summary>
/// Reads the identifier columns: <c>"mrn:digits"</c>, <c>["mrn:digits"]</c>, or the full form, a list with one key that lists its columns,
/// <c>[["lastName:name", "birthDate:date"]]</c>. A column without a kind is text.
/// </summary>
internal static class IdentifierReader
{
    public static IReadOnlyList<IdentifierColumn> Read(StrictJsonValue value)
    {
        if (value.IsText)
        {
            return [Column(value)];
        }

        IReadOnlyList<StrictJsonValue> keys = value.List(v => v);
        if (keys.Count > 1)
        {
            throw value.Refuse(keys.All(k => k.IsText)
                ? "one key of several columns is written as a list inside the list: [[\"lastName:name\", \"birthDate:date\"]]."
                : $"{keys.Count} keys stand here; patients are matched by one key, so keep one inner list.");
        }

        return keys.Count == 1 && keys[0].IsArray ? keys[0].List(Column) : [.. keys.Select(Column)];
    }

    private static IdentifierColumn Column(StrictJsonValue value)
    {
        string text = value.Text();
        int colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return new IdentifierColumn(text, IdentifierKind.Text);
        }

        string kind = text[(colon + 1)..];
        return StudyWords.Identifiers.TryRead(kind, out IdentifierKind known)
            ? new IdentifierColumn(text[..colon], known)
            : throw value.Refuse(
                $"'{kind}' is not a kind of identifier; write column:kind, {LookAlike.Hint(kind, StudyWords.Identifiers.Words)}");
    }
}
