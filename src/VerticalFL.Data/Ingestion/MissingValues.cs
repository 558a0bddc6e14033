namespace VerticalFL.Data.Ingestion;

/// <summary>What counts as a missing cell.</summary>
public static class MissingValues
{
    /// <summary>
    /// The texts, besides blank, that mean "missing". They are compared exactly, upper and lower case, because <c>Na</c> and <c>Null</c> are
    /// also people's names.
    /// </summary>
    public static IReadOnlyList<string> Tokens { get; } = ["NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "?", "."];

    /// <summary>Whether a trimmed cell is missing.</summary>
    public static bool IsMissing(ReadOnlySpan<char> cell)
    {
        if (cell.Length > 4)
        {
            return false;
        }

        foreach (string token in Tokens)
        {
            if (cell.SequenceEqual(token))
            {
                return true;
            }
        }

        return cell.IsEmpty;
    }
}
