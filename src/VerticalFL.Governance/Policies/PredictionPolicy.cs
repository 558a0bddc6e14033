namespace VerticalFL.Governance.Policies;

/// <summary>When and how far this party takes part in predictions for new patients. Without it, it does not.</summary>
public sealed record PredictionPolicy
{
    /// <summary>Names of this party's datasets that may be predicted on: patterns with <c>*</c>, letter case aside; at least one.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>The smallest cohort of new patients, in patients. Default: 50, because small cohorts single people out.</summary>
    public int MinimumPatients { get; init; } = 50;

    /// <summary>The most patients of one prediction. Default: 10000.</summary>
    public int MostPatients { get; init; } = 10_000;

    /// <summary>
    /// How many predictions one patient may be in within <see cref="PeriodDays"/>, whatever study the models are of. Default: 3; two predictions of a
    /// patient differ by what has changed about the patient in between.
    /// </summary>
    public int PerPatient { get; init; } = 3;

    /// <summary>The period of <see cref="PerPatient"/>, in days, 1 to 3650. Default: 30.</summary>
    public int PeriodDays { get; init; } = 30;
}
