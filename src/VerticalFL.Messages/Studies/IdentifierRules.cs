using VerticalFL.Messages.Alignment;

namespace VerticalFL.Messages.Studies;

/// <summary>What the keys of a study must keep, each by itself and all together, as the study names them and as each party has them.</summary>
internal static class IdentifierRules
{
    private const string Root = "$.identifiers";
    private const int MostColumns = 8;

    public static void Check(Study study)
    {
        StudyRules.Count(study.Identifiers.Count, 1, AlignmentLimits.MaxKeys, Root, "keys");
        Dictionary<string, IdentifierKind> kinds = [];
        for (int k = 0; k < study.Identifiers.Count; k++)
        {
            string path = $"{Root}[{k}]";
            IReadOnlyList<IdentifierColumn> key = study.Identifiers[k];
            StudyRules.Count(key.Count, 1, MostColumns, path, "identifier columns");
            StudyRules.Distinct([.. key.Select(i => i.Column)], path);
            foreach (IdentifierColumn identifier in key)
            {
                StudyRules.Text(identifier.Column, 1, StudyRules.LongestColumn, path);
                StudyRules.Require(StudyWords.Identifiers.TryWrite(identifier.Kind, out _), path, "an identifier's kind is not known.");
                StudyRules.Require(
                    kinds.TryAdd(identifier.Column, identifier.Kind) || kinds[identifier.Column] == identifier.Kind, path,
                    $"the column '{identifier.Column}' has another kind in a key before; write one kind in all keys.");
            }

            int same = study.Identifiers.Take(k).ToList().FindIndex(b => b.Select(i => i.Column).ToHashSet().SetEquals(key.Select(i => i.Column)));
            StudyRules.Require(same < 0, path, $"the columns are those of key {same + 1}, so that a pass by them finds nobody; remove one of the two.");
        }

        foreach ((PartyId party, PartyData data) in study.Data)
        {
            Own(data, kinds, JsonPath.Child("$.data", party.Value) + ".identifiers");
        }

        foreach (PartyId party in study.Parties)
        {
            Together(study, party);
        }
    }

    private static void Own(PartyData data, Dictionary<string, IdentifierKind> kinds, string path)
    {
        foreach ((string column, PartyIdentifier own) in data.Identifiers)
        {
            string at = JsonPath.Child(path, column);
            StudyRules.Require(
                kinds.TryGetValue(column, out IdentifierKind kind), at, $"'{column}' is not a column of the study's keys; {LookAlike.Hint(column, kinds.Keys)}");
            StudyRules.Text(own.Column, 1, StudyRules.LongestColumn, at);
            StudyRules.Require(
                own.Kind is null || own.Kind == kind || (IsDate(own.Kind.Value) && IsDate(kind)), at,
                "only a date may be of another kind at one party than in the study, for parties write dates differently; leave the kind out.");
        }
    }

    private static void Together(Study study, PartyId party)
    {
        bool mapped = study.Data.GetValueOrDefault(party) is { Identifiers.Count: > 0 };
        string[] task = party == study.LabelParty ? StudyRules.OutcomeColumns(study.Task) : [];
        foreach (IReadOnlyList<IdentifierColumn> key in study.KeysOf(party))
        {
            string path = mapped ? JsonPath.Child("$.data", party.Value) + ".identifiers" : Root;
            StudyRules.Distinct([.. key.Select(i => i.Column)], path);
            foreach (IdentifierColumn identifier in key)
            {
                StudyRules.Require(
                    !task.Contains(identifier.Column), path,
                    $"the column '{identifier.Column}' is also the task's; an identifier must be a column of its own.");
            }
        }
    }

    private static bool IsDate(IdentifierKind kind) => kind is IdentifierKind.Date or IdentifierKind.DateDayFirst or IdentifierKind.DateMonthFirst;
}
