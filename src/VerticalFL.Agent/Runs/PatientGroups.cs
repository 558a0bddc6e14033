using System.Globalization;
using VerticalFL.Data;

namespace VerticalFL.Agent.Runs;

/// <summary>Puts patients into groups by a column of the label party's table.</summary>
internal static class PatientGroups
{
    /// <summary>Values that fewer patients have are put together: 10. A figure on fewer says little, and tells much about each.</summary>
    public const int FewestPatients = 10;

    /// <summary>A column of numbers with more different values than this is cut into thirds: 10.</summary>
    public const int MostValues = 10;

    private const string Unknown = "(not known)";
    private const string Rare = "(rare values)";

    /// <summary>Each group's name and its members, as positions in <paramref name="rows"/>, which keep their order.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rows">The table's rows of the patients.</param>
    public static IReadOnlyList<(string Name, int[] Members)> Of(Column column, IReadOnlyList<int> rows)
    {
        string[] names = [.. rows.Select(r => column.Cells[r] ?? Unknown)];
        double[] numbers = [.. names.Select(n => double.TryParse(n, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        double[] known = [.. numbers.Where(double.IsFinite).Order()];
        bool readable = names.Zip(numbers).All(n => n.First == Unknown || double.IsFinite(n.Second));
        if (readable && known.Distinct().Count() > MostValues)
        {
            double low = known[known.Length / 3], high = known[2 * known.Length / 3];
            string[] thirds = [Invariant($"below {low}"), Invariant($"{low} to below {high}"), Invariant($"{high} and above")];
            return Groups([.. numbers.Select(n => double.IsNaN(n) ? Unknown : n < low ? thirds[0] : n < high ? thirds[1] : thirds[2])], n => Array.IndexOf(thirds, n));
        }

        return Groups(names, _ => 0);
    }

    private static IReadOnlyList<(string, int[])> Groups(string[] names, Func<string, int> rank)
    {
        HashSet<string> rare = [.. names.CountBy(n => n).Where(c => c.Value < FewestPatients).Select(c => c.Key)];
        return
        [
            .. Enumerable.Range(0, names.Length)
                .GroupBy(i => rare.Contains(names[i]) ? Rare : names[i])
                .OrderBy(g => g.Key is Unknown or Rare ? 1 : 0).ThenBy(g => rank(g.Key)).ThenBy(g => g.Key, StringComparer.Ordinal)
                .Where(g => g.Count() >= FewestPatients)
                .Select(g => (g.Key, g.ToArray())),
        ];
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
