using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>What a value of each kind of identifier looks like, for whoever has to mend one that does not.</summary>
internal static class IdentifierForms
{
    public static string Of(IdentifierKind kind) => kind switch
    {
        IdentifierKind.Digits => "a number with at least one digit",
        IdentifierKind.Mrn => "a record number of letters and digits, not zeros alone",
        IdentifierKind.Nhs => "an NHS number of 10 digits whose last one checks the others",
        IdentifierKind.Ahv => "an AHV number of 13 digits from 756 whose last one checks the others",
        IdentifierKind.Ssn => "a social security number of 9 digits that can have been issued",
        IdentifierKind.Name or IdentifierKind.FullName => "a name with at least one letter",
        IdentifierKind.Date => "a day of the calendar written year first, as 2026-11-21 (declare dateDayFirst or dateMonthFirst for other orders)",
        IdentifierKind.DateDayFirst => "a day of the calendar written day first, as 21.11.2026, or year first, with four digits of the year",
        IdentifierKind.DateMonthFirst => "a day of the calendar written month first, as 11/21/2026, or year first, with four digits of the year",
        _ => "text",
    };
}
