using System.Globalization;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// A day of the Gregorian calendar, in a form that can be read in one way only: year first, or with the order of day and month declared. Years have four digits.
/// </summary>
internal static class CalendarDate
{
    private static readonly string[] YearFirst = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd"];
    private static readonly string[] DayFirst = [.. YearFirst, "d.M.yyyy", "d/M/yyyy", "d-M-yyyy"];
    private static readonly string[] MonthFirst = [.. YearFirst, "M.d.yyyy", "M/d/yyyy", "M-d-yyyy"];

    /// <summary>The day as yyyyMMdd; empty when the text is no day in a form of its kind.</summary>
    public static string Normalize(string text, IdentifierKind kind)
    {
        string[] forms = kind switch
        {
            IdentifierKind.DateDayFirst => DayFirst,
            IdentifierKind.DateMonthFirst => MonthFirst,
            _ => YearFirst,
        };
        return DateOnly.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date.ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            : "";
    }
}
