// National numbers whose form can be checked.
//
// NHS         England and Wales: 10 digits; the last is 11 minus the sum of the others, weighted 10 to 2, modulo 11 (11 is written 0, 10 is never issued);
//             NHS Data Dictionary, "NHS NUMBER"
// AHV         Switzerland (AVS, OASI): 13 digits from 756; EAN-13 check digit, weights 1 and 3 in turn; Central Compensation Office
// SSN         United States: 9 digits; never 000, 666 or 900 to 999, nor 00, nor 0000 in its three groups; POMS RM 10201.035. No check digit
// Ours        a number of one digit only is refused, although 1111111111 passes the check of an NHS number: it stands where none is known

using System.Globalization;
using System.Text;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>Checks national numbers as their issuers define them: a mistyped one names nobody instead of somebody else.</summary>
internal static class NationalNumber
{
    /// <summary>The number's digits; empty when it cannot be one of its kind.</summary>
    /// <param name="text">The value in form KC. White space, dashes and points between digits do not count.</param>
    /// <param name="kind">Which number.</param>
    public static string Normalize(string text, IdentifierKind kind)
    {
        var digits = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.DecimalDigitNumber)
            {
                digits.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            }
            else if (rune.Value != '.' && category is not (UnicodeCategory.DashPunctuation or UnicodeCategory.Control or UnicodeCategory.Format)
                && !Rune.IsWhiteSpace(rune))
            {
                return "";
            }
        }

        string number = digits.ToString();
        bool valid = kind switch
        {
            IdentifierKind.Nhs => IsNhs(number),
            IdentifierKind.Ahv => IsAhv(number),
            _ => IsSsn(number),
        };
        return valid && number.AsSpan().ContainsAnyExcept(number[0]) ? number : "";
    }

    private static bool IsNhs(string number) =>
        number.Length == 10 && (11 - (Sum(number[..9], i => 10 - i) % 11)) is var check && check != 10 && check % 11 == number[9] - '0';

    private static bool IsAhv(string number) =>
        number.Length == 13 && number.StartsWith("756", StringComparison.Ordinal) && (10 - (Sum(number[..12], i => i % 2 == 0 ? 1 : 3) % 10)) % 10 == number[12] - '0';

    private static bool IsSsn(string number) =>
        number.Length == 9 && number[..3] is not ("000" or "666") && number[0] != '9' && number[3..5] != "00" && number[5..] != "0000";

    private static int Sum(string digits, Func<int, int> weight) => digits.Select((d, i) => weight(i) * (d - '0')).Sum();
}
