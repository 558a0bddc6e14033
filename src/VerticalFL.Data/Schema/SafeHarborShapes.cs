using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace VerticalFL.Data.Schema;

/// <summary>Tells direct identifiers by the shape of a column's values. Shapes are only evidence enough for a warning.</summary>
internal static partial class SafeHarborShapes
{
    /// <summary>The share of present cells that must have the shape: 0.9.</summary>
    private const double Share = 0.9;

    private static readonly (SafeHarborKind Kind, Func<string, bool> HasShape)[] Shapes =
    [
        (SafeHarborKind.Email, c => Email().IsMatch(c)),
        (SafeHarborKind.Url, c => Url().IsMatch(c)),
        (SafeHarborKind.IpAddress, c => (c.Count(x => x == '.') == 3 || c.Count(x => x == ':') > 2) && IPAddress.TryParse(c, out _)),
        (SafeHarborKind.SocialSecurity, c => SocialSecurity().IsMatch(c)),
        (SafeHarborKind.Date, IsDate),
        (SafeHarborKind.Telephone, c => Telephone().IsMatch(c) && c.Count(char.IsAsciiDigit) is >= 7 and <= 15),
        (SafeHarborKind.OtherUnique, c => Guid.TryParse(c, out _)),
    ];

    /// <summary>The kind that at least nine of ten present cells have the shape of, or null. Fewer than five cells tell nothing.</summary>
    public static IdentifierFinding? Find(Column column, int distinct)
    {
        NumberCells numbers = column.Numbers;
        if (numbers.Present < 5)
        {
            return null;
        }

        // A plain number is no date and no telephone number, whatever its digits; only long whole ones that all differ are suspicious.
        if (numbers.Unreadable.Count == 0)
        {
            bool longNumbers = distinct > Share * numbers.Present && Most(column, numbers.Present, c => LongNumber().IsMatch(c));
            return longNumbers ? new IdentifierFinding(SafeHarborKind.OtherUnique, IdentifierEvidence.Shape) : null;
        }

        foreach ((SafeHarborKind kind, Func<string, bool> hasShape) in Shapes)
        {
            if (Most(column, numbers.Present, hasShape))
            {
                return new IdentifierFinding(kind, IdentifierEvidence.Shape);
            }
        }

        return null;
    }

    private static bool Most(Column column, int present, Func<string, bool> hasShape)
    {
        int allowed = present - (int)Math.Ceiling(Share * present);
        foreach (string? cell in column.Cells)
        {
            if (cell is not null && !hasShape(cell) && --allowed < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDate(string cell) =>
        cell.Length is >= 8 and <= 32 && Date().IsMatch(cell)
        && (DateTime.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) || DayFirst().IsMatch(cell));

    [GeneratedRegex(@"^[^@\s]{1,64}@[^@\s]{1,200}\.[A-Za-z]{2,24}$", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(@"^(https?://|ftp://|www\.)\S", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex(@"^\d{3}-\d{2}-\d{4}$", RegexOptions.CultureInvariant)]
    private static partial Regex SocialSecurity();

    // At least one sign that numbers do not have: a leading plus or zero-zero, parentheses, or groups.
    [GeneratedRegex(@"^(\+\d[\d ()./-]{6,24}|\(\d{2,5}\)[\d ./-]{5,20}|\d{2,5}([ ./-]\d{2,5}){1,5})$", RegexOptions.CultureInvariant)]
    private static partial Regex Telephone();

    [GeneratedRegex(@"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    [GeneratedRegex(@"^([0-2]?\d|3[01])[-/.](0?[1-9]|1[0-2])[-/.](\d{4})([T ].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DayFirst();

    [GeneratedRegex(@"^\+?\d{9,20}$", RegexOptions.CultureInvariant)]
    private static partial Regex LongNumber();
}
