namespace VerticalFL.Messages.Studies;

/// <summary>Completes a study that keeps the rules: every party named, every set in its one order.</summary>
internal static class StudyExpander
{
    public static Study Complete(Study study)
    {
        PartyData brought = new() { Dataset = study.Name };
        return study with
        {
            FeatureParties = [.. study.FeatureParties.Order()],
            Data = study.Parties.ToDictionary(
                p => p,
                p => study.Data.TryGetValue(p, out PartyData? d) ? d with { Dataset = d.Dataset ?? study.Name, Identifiers = WithKinds(d, study) } : brought),
            Model = Complete(study, study.Model),
            Alternatives = [.. study.Alternatives.Select(m => Complete(study, m))],
            Labels = study.Labels with { DisclosedTo = [.. study.Labels.DisclosedTo.Order()] },
            Privacy = study.Privacy with { Release = [.. study.Privacy.Release.Order()] },
            Evaluation = study.Evaluation with { Contributions = Groups(study) },
        };
    }

    private static ModelSettings Complete(Study study, ModelSettings model)
    {
        BottomSettings standing = ModelPreset.Find(model.Preset)!.Bottom;
        return model with
        {
            Bottoms = study.Parties.ToDictionary(p => p, p => model.Bottoms.TryGetValue(p, out BottomSettings? b) ? b : standing),
        };
    }

    /// <summary>In one order; a study that trains with absent parties and names no groups lets each party be absent by itself.</summary>
    private static IReadOnlyList<IReadOnlyList<PartyId>> Groups(Study study) =>
        study.Evaluation.Contributions.Count == 0 && study.Training.PartyDropout > 0
            ? [.. study.FeatureParties.Order().Select(p => new[] { p })]
            : [.. study.Evaluation.Contributions.Select(g => g.Order().ToArray()).OrderBy(g => g[0])];

    private static Dictionary<string, PartyIdentifier> WithKinds(PartyData data, Study study)
    {
        Dictionary<string, IdentifierKind> kinds = study.Identifiers.SelectMany(k => k).DistinctBy(i => i.Column).ToDictionary(i => i.Column, i => i.Kind);
        return data.Identifiers.ToDictionary(i => i.Key, i => i.Value with { Kind = i.Value.Kind ?? kinds[i.Key] });
    }
}
