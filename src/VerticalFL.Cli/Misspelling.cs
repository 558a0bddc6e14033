namespace VerticalFL.Cli;

/// <summary>Finds the name that was meant by one that nobody has.</summary>
internal static class Misspelling
{
    /// <summary>More slips than these make another word.</summary>
    private const int MostSlips = 2;

    /// <summary>The name that is the fewest letters put in, left out or exchanged away (Levenshtein 1966); null when none is near.</summary>
    public static string? NearestOf(string word, IEnumerable<string> names) => names
        .Select(n => (Name: n, Slips: Distance(word, n)))
        .Where(n => n.Slips <= MostSlips && n.Slips * 2 < n.Name.Length)
        .OrderBy(n => n.Slips)
        .Select(n => n.Name)
        .FirstOrDefault();

    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, corner + (from[i - 1] == to[j - 1] ? 0 : 1));
                corner = above;
            }
        }

        return row[^1];
    }
}
