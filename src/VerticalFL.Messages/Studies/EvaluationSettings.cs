namespace VerticalFL.Messages.Studies;

/// <summary>How the model is judged.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Whether the label party also trains on its own columns alone, for comparison. Default: true.</summary>
    public bool CompareAlone { get; init; } = true;

    /// <summary>
    /// How many resamples of the test patients the 95 % intervals of the report rest on; 0 for none. Default: 1000, where the ends of an
    /// interval no longer move much.
    /// </summary>
    public int Bootstrap { get; init; } = 1000;

    /// <summary>
    /// The label party's column by whose values test patients are judged apart, such as <c>sex</c>; a number is cut into thirds. Default: null, nobody
    /// is.
    /// </summary>
    public string? Subgroup { get; init; }

    /// <summary>
    /// Groups of feature parties, each party in one, that may be absent: the model is judged on test rows with every subset of the groups, each group's
    /// contribution follows from that, and predictions may be made without the groups of such a subset. Default: none; with
    /// <see cref="TrainingSettings.PartyDropout"/> every party by itself.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<PartyId>> Contributions { get; init; } = [];

    /// <summary>
    /// Into how many folds the training and validation rows are dealt for cross-validation, 2 to 20: beside the study's model one is trained anew for each
    /// fold, on the others, and tested on the one left out. Test rows stay out of it. Default: null, there is no cross-validation.
    /// </summary>
    public int? Folds { get; init; }
}
