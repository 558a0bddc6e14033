namespace VerticalFL.Agent.Reports;

/// <summary>
/// How the study's model does when it is trained anew without a part of its training and validation rows, and tested on that part: how much its figures
/// owe to which patients happened to train and to test. The run's model, and its figures on test rows, are not among these.
/// </summary>
public sealed record CrossValidationReport
{
    /// <summary>The folds, in their order.</summary>
    public required IReadOnlyList<FoldReport> Folds { get; init; }

    /// <summary>Mean and standard deviation over the folds, by the keys of <see cref="MetricValues"/>; a figure that some fold does not have is left out.</summary>
    public required IReadOnlyDictionary<string, Spread> Test { get; init; }

    /// <summary>The label party alone, likewise; null when no comparison was asked for.</summary>
    public IReadOnlyDictionary<string, Spread>? LabelPartyAlone { get; init; }

    /// <summary>All parties minus the label party alone, fold by fold; null likewise.</summary>
    public IReadOnlyDictionary<string, Spread>? Difference { get; init; }

    /// <summary>
    /// The predictions of all folds judged together, each patient predicted by the model that did not train on it; null for survival, where risks of
    /// different models have no common scale.
    /// </summary>
    public MetricValues? Pooled { get; init; }

    /// <summary>How far these would move with other patients of the same kind; null when the study asks for no intervals.</summary>
    public IReadOnlyDictionary<string, IntervalReport>? PooledIntervals { get; init; }

    /// <summary>How long the trainings of the folds took together.</summary>
    public required double Seconds { get; init; }

    /// <summary>Bytes that all parties sent for them, before TLS.</summary>
    public required long BytesSent { get; init; }
}

/// <summary>One fold.</summary>
public sealed record FoldReport
{
    /// <summary>Rows that trained.</summary>
    public required int Train { get; init; }

    /// <summary>Rows that decided when to stop.</summary>
    public required int Validation { get; init; }

    /// <summary>Rows of the fold, on which the model was tested.</summary>
    public required int Held { get; init; }

    /// <summary>Epochs that were trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>SHA-256 of the fold's model, lower-case hexadecimal, made as <see cref="ModelReport.Sha256"/>. The model is not kept.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The figures on the rows of the fold.</summary>
    public required MetricValues Test { get; init; }

    /// <summary>The label party alone on the same rows, trained on the same others; null when no comparison was asked for.</summary>
    public MetricValues? LabelPartyAlone { get; init; }
}
