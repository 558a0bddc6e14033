namespace VerticalFL.Agent.Reports;

/// <summary>
/// What a run found, as report.json holds it and report.html shows it. It is the label party's own; it holds aggregates only, no identifier
/// and no row of a patient. A field that does not apply is null and left out of the JSON.
/// </summary>
public sealed record Report
{
    /// <summary>The version of this format; 1.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The study's name.</summary>
    public required string Study { get; init; }

    /// <summary>What the study is for; empty when it does not say.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>The study id, 64 hexadecimal digits: SHA-256 over <see cref="ExpandedStudy"/>.</summary>
    public required string StudyId { get; init; }

    /// <summary>The run id, 32 hexadecimal digits.</summary>
    public required string RunId { get; init; }

    /// <summary>The study's public seed.</summary>
    public required int Seed { get; init; }

    /// <summary>The task's word: binary, multiclass, regression or survival.</summary>
    public required string Task { get; init; }

    /// <summary>The party that holds the outcome.</summary>
    public required string LabelParty { get; init; }

    /// <summary>The parties that hold features only, ordinally.</summary>
    public required IReadOnlyList<string> FeatureParties { get; init; }

    /// <summary>When the run ended, in UTC; null when it is not said, as in a report that must repeat byte by byte.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>How many attempts the run took: 1 when nothing interrupted it.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Why the attempts before the last were over, one clause each, the oldest first; of very many the newest.</summary>
    public IReadOnlyList<string> Interruptions { get; init; } = [];

    /// <summary>What the label party reaches without the others; null when the study asks for no comparison.</summary>
    public BaselineReport? Baseline { get; init; }

    /// <summary>How the common patients were used.</summary>
    public required CohortReport Cohort { get; init; }

    /// <summary>How the common patients were found.</summary>
    public required AlignmentReport Alignment { get; init; }

    /// <summary>How the model was trained.</summary>
    public required TrainingReport Training { get; init; }

    /// <summary>How good the model is.</summary>
    public required MetricsReport Metrics { get; init; }

    /// <summary>The models that were compared, in the study's order; null when there was one only. <see cref="Training"/> is that of the chosen one.</summary>
    public IReadOnlyList<TriedModelReport>? Models { get; init; }

    /// <summary>What cross-validation found; null when the study asks for none.</summary>
    public CrossValidationReport? CrossValidation { get; init; }

    /// <summary>How sure the figures on test rows are; null when the study asks for none.</summary>
    public IntervalsReport? Intervals { get; init; }

    /// <summary>The test patients by groups; null when the study names no column for it.</summary>
    public SubgroupsReport? Subgroups { get; init; }

    /// <summary>The model when parties are absent; null when the study asks for nothing of the kind.</summary>
    public ContributionsReport? Contributions { get; init; }

    /// <summary>Curves over the test rows.</summary>
    public CurvesReport Curves { get; init; } = new();

    /// <summary>The model's fingerprint.</summary>
    public required ModelReport Model { get; init; }

    /// <summary>What protected the data.</summary>
    public PrivacyReport Privacy { get; init; } = new();

    /// <summary>Which of the label party's columns were used; null when it brought none.</summary>
    public FeaturesReport? Features { get; init; }

    /// <summary>What crossed the label party's wall, by class of message; see <see cref="MessageTable"/>.</summary>
    public IReadOnlyList<MessageClassReport> Messages { get; init; } = [];

    /// <summary>What a reader must know before trusting the figures, one sentence each, the gravest first.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The exact text of the expanded study.</summary>
    public string ExpandedStudy { get; init; } = "";
}
