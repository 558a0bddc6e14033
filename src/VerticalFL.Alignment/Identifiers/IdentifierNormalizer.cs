using System.Globalization;
using System.Text;
using VerticalFL.Alignment.Identifiers.Unicode;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// Brings one identifier value to the form in which parties compare it: <c>protocols/alignment/identifiers.md</c>.
/// An empty result means that the value names nobody: it is blank, or not of its declared kind.
/// </summary>
internal static class IdentifierNormalizer
{
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
            IdentifierKind.Mrn => RecordNumber(value),
            IdentifierKind.Nhs or IdentifierKind.Ahv or IdentifierKind.Ssn => NationalNumber.Normalize(UnicodeNormalizer.ToFormKC(value), kind),
            IdentifierKind.Name => Name(UnicodeNormalizer.Decompose(value)),
            IdentifierKind.FullName => FullName(value),
            IdentifierKind.Date or IdentifierKind.DateDayFirst or IdentifierKind.DateMonthFirst
                => CalendarDate.Normalize(FoldWhiteSpace(UnicodeNormalizer.ToFormKC(value)), kind),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of identifier."),
        };
    }

    /// <summary>Whether a value shows nothing at all: it is missing, or white space, controls and format characters only.</summary>
    public static bool IsBlank(string? value) => string.IsNullOrEmpty(value) || FoldWhiteSpace(UnicodeNormalizer.ToFormKC(value)).Length == 0;

    private static string Text(string value)
    {
        string folded = FoldWhiteSpace(UnicodeNormalizer.ToFormKC(value));
        var upper = new StringBuilder(folded.Length);
        foreach (Rune rune in folded.EnumerateRunes())
        {
            upper.Append(UpperCase.Of(rune));
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

    // A spreadsheet drops the zeros before a number and nothing of what has a letter in it.
    private static string RecordNumber(string value)
    {
        var number = new StringBuilder(value.Length);
        bool lettered = false;
        foreach (Rune rune in UnicodeNormalizer.ToFormKC(value).EnumerateRunes())
        {
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.DecimalDigitNumber)
            {
                number.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            }
            else if (IsLetter(category))
            {
                number.Append(UpperCase.Of(rune));
                lettered = true;
            }
        }

        return lettered ? number.ToString() : number.ToString().TrimStart('0');
    }

    private static string Name(IEnumerable<int> decomposed)
    {
        var letters = new StringBuilder();
        foreach (int point in decomposed)
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
                letters.Append(UpperCase.Of(rune));
            }
        }

        return letters.ToString();
    }

    /// <summary>The parts of a name in an order of their own, so that "Dupont, Jean-Pierre" and "Jean Pierre Dupont" are one.</summary>
    private static string FullName(string value)
    {
        List<string> parts = [];
        List<int> part = [];
        foreach (int point in UnicodeNormalizer.Decompose(value).Append(' '))
        {
            if (point is ',' or ';' || Rune.IsWhiteSpace(new Rune(point)) || Rune.GetUnicodeCategory(new Rune(point)) == UnicodeCategory.DashPunctuation)
            {
                parts.Add(Name(part));
                part.Clear();
            }
            else
            {
                part.Add(point);
            }
        }

        return string.Join(' ', parts.Where(p => p.Length > 0).Order(Comparer<string>.Create(
            (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)))));
    }

    // Accents of alphabets are left out (classes 10 to 36: Hebrew and Arabic points; from 200: above, below, attached). Marks of the other
    // classes tell letters apart in Indic, Thai and Japanese writing, and leaving them out would make two people one.
    private static bool IsNamePart(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.ModifierLetter => rune.Value is < 0x2B0 or > 0x2FF,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            => UnicodeNormalizer.CombiningClass(rune.Value) is < 10 or (> 36 and < 200),
        UnicodeCategory category => IsLetter(category),
    };

    private static bool IsLetter(UnicodeCategory category) => category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

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
