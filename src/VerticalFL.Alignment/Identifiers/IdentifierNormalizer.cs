using System.Globalization;
using System.Text;
using VerticalFL.Alignment.Identifiers.Unicode;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// Brings one identifier value to the form in which parties compare it: <c>protocols/alignment/README.md</c>, "Identifiers".
/// An empty result means that the value says nothing: it is blank, or not of its declared kind.
/// </summary>
internal static class IdentifierNormalizer
{
    private static readonly string[] DateFormats = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd"];

    public static string Normalize(string? value, IdentifierKind kind)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        return kind switch
        {
            IdentifierKind.Text => Text(value),
            IdentifierKind.Digits => Digits(value),
            IdentifierKind.Name => Name(value),
            IdentifierKind.Date => Date(value),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of identifier."),
        };
    }

    private static string Text(string value)
    {
        string folded = FoldWhiteSpace(UnicodeNormalizer.ToFormKC(value));
        var upper = new StringBuilder(folded.Length);
        foreach (Rune rune in folded.EnumerateRunes())
        {
            upper.Append(Rune.ToUpperInvariant(rune));
        }

        // Upper-casing can bring a base and a mark together that have a composite only now.
        return UnicodeNormalizer.ToFormKC(upper.ToString());
    }

    private static string Digits(string value)
    {
        var digits = new StringBuilder(value.Length);
        foreach (Rune rune in UnicodeNormalizer.ToFormKC(value).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            {
                digits.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            }
        }

        return digits.ToString();
    }

    private static string Name(string value)
    {
        var letters = new StringBuilder(value.Length);
        foreach (int point in UnicodeNormalizer.Decompose(value))
        {
            var rune = new Rune(point);
            if (!IsNamePart(rune))
            {
                continue;
            }

            // The sharp s is the one letter whose upper case is written with two in names: "WEISS" and "Weiß" are one.
            if (point is 0xDF or 0x1E9E)
            {
                letters.Append("SS");
            }
            else
            {
                letters.Append(Rune.ToUpperInvariant(rune));
            }
        }

        return letters.ToString();
    }

    // Accents of alphabets are left out (classes 10 to 36: Hebrew and Arabic points; from 200: above, below, attached). Marks of the other
    // classes tell letters apart in Indic, Thai and Japanese writing, and leaving them out would make two people one.
    private static bool IsNamePart(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.ModifierLetter => rune.Value is < 0x2B0 or > 0x2FF,
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.OtherLetter => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            => UnicodeNormalizer.CombiningClass(rune.Value) is < 10 or (> 36 and < 200),
        _ => false,
    };

    private static string Date(string value)
    {
        string text = FoldWhiteSpace(UnicodeNormalizer.ToFormKC(value));
        return DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? date.ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            : "";
    }

    // Controls and format characters (byte order marks, soft hyphens, zero-width spaces) are invisible to who typed them.
    private static string FoldWhiteSpace(string text)
    {
        var folded = new StringBuilder(text.Length);
        bool gap = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                gap = folded.Length > 0;
            }
            else if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                folded.Append(gap ? " " : "").Append(rune);
                gap = false;
            }
        }

        return folded.ToString();
    }
}
