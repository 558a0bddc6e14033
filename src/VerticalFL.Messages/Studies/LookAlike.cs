namespace VerticalFL.Messages.Studies;

/// <summary>Finds the word that somebody probably meant.</summary>
internal static class LookAlike
{
    /// <summary>A clause for the end of an error: the nearest known word, or the list of all.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        string[] words = [.. known];
        string? nearest = words.Where(w => IsNear(written, w)).MinBy(w => Distance(Plain(written), Plain(w)));
        return nearest is not null
            ? $"did you mean '{nearest}'?"
            : words.Length == 0 ? "nothing may stand here." : "known here: " + string.Join(", ", words) + ".";
    }

    /// <summary>Whether somebody who wrote the one probably meant the other.</summary>
    public static bool IsNear(string written, string word) => Distance(Plain(written), Plain(word)) <= (word.Length < 5 ? 1 : 2);

    // Case, hyphens and underscores are the commonest slips: learning_rate for learningRate.
    private static string Plain(string text) =>
        string.Concat((text.Length > 64 ? text[..64] : text).Where(c => c is not ('_' or '-'))).ToLowerInvariant();

    // Levenshtein's edit distance with one row; both words are at most 64 characters.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
