namespace VerticalFL.Governance.Policies;

/// <summary>Names or patterns in which <c>*</c> stands for any characters, also none; letter case does not count.</summary>
internal static class Pattern
{
    public static bool MatchesAny(IEnumerable<string> patterns, string text) => patterns.Any(p => Matches(p, text));

    public static bool Matches(string pattern, string text)
    {
        string[] parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return string.Equals(pattern, text, StringComparison.OrdinalIgnoreCase);
        }

        if (!text.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // The earliest place for each inner part leaves the most for those behind it, so one pass decides.
        int position = parts[0].Length;
        foreach (string part in parts[1..^1])
        {
            int found = text.IndexOf(part, position, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }

            position = found + part.Length;
        }

        return text.Length - position >= parts[^1].Length && text.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}
