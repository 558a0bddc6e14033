namespace VerticalFL.Messages.Studies;

/// <summary>Which sums a study's parties form: all feature parties together and, where groups of them may be absent, every union of groups.</summary>
public static class PartySubsets
{
    /// <summary>
    /// The subsets of the feature parties, in the one order that every party derives alike: number k has group i where bit i of k is set, so that the
    /// first is empty and the last has all. Without groups: the last alone.
    /// </summary>
    /// <param name="study">The expanded study.</param>
    /// <returns>The present parties of each subset, ordinally.</returns>
    public static IReadOnlyList<IReadOnlyList<PartyId>> Of(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        IReadOnlyList<IReadOnlyList<PartyId>> groups = study.Evaluation.Contributions;
        return groups.Count == 0
            ? [study.FeatureParties]
            : [.. Enumerable.Range(0, 1 << groups.Count).Select(k => groups.Where((_, i) => (k >> i & 1) == 1).SelectMany(g => g).Order().ToArray())];
    }
}
