namespace VerticalFL.Governance.Audit;

/// <summary>Names of the details that the log itself writes and reads.</summary>
internal static class AuditDetails
{
    public const string Certificate = "certificate";
    public const string Bytes = "bytes";
    public const string Party = "party";
    public const string Sequence = "sequence";
    public const string UnixMilliseconds = "unixMilliseconds";
    public const string Hash = "hash";
    public const string Signature = "signature";

    private const int MaxNames = 16;
    private const int MaxNameLength = 32;
    private const int MaxValueLength = 8 * 1024;

    /// <summary>Checks the names; makes each value one line of bounded length, since a reason may come from anywhere.</summary>
    public static Dictionary<string, string> Clean(IReadOnlyDictionary<string, string>? details)
    {
        var clean = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in details ?? new Dictionary<string, string>())
        {
            if (name.Length is 0 or > MaxNameLength || !name.All(char.IsAsciiLetterOrDigit) || clean.Count == MaxNames)
            {
                throw new ArgumentException(
                    $"An audit record has at most {MaxNames} details with names of 1 to {MaxNameLength} letters and digits; '{name}' is one too many or misnamed.", nameof(details));
            }

            clean.Add(name, CleanText(value, MaxValueLength));
        }

        return clean;
    }

    public static string CleanText(string text, int maxLength)
    {
        string bounded = text.Length <= maxLength ? text : text[..maxLength];

        // Lone surrogates have no UTF-8 form, so what is written would not be what is hashed.
        return string.Concat(bounded.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
    }

    public static bool TryReadBytes(AuditRecord record, string name, out byte[] bytes)
    {
        bytes = [];
        if (!record.Details.TryGetValue(name, out string? text))
        {
            return false;
        }

        byte[] buffer = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, buffer, out int written))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }
}
