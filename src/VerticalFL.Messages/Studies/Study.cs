namespace VerticalFL.Messages.Studies;

/// <summary>
/// A study with every default resolved: what the parties approve, by the hash of its exact bytes, and what the agents run.
/// The JSON form and its rules are <c>protocols/study.schema.json</c>.
/// </summary>
public sealed record Study
{
    /// <summary>The most models of one study.</summary>
    public const int MostModels = 8;

    /// <summary>What <see cref="PlaceOfModel"/> says of the second training that <see cref="EarlyStoppingSettings.Refit"/> asks for.</summary>
    public const string Refit = "refit";

    /// <summary>The version of the study format; 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>A short name: 1 to 64 letters, digits, spaces, points, hyphens and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>What the study is for, in a sentence; policies may ask for one. Default: empty.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>The ethics board's number. Default: empty.</summary>
    public string ProtocolNumber { get; init; } = "";

    /// <summary>The party that holds the outcome and the top model.</summary>
    public required PartyId LabelParty { get; init; }

    /// <summary>The parties that hold features only; one to eight, ordinally sorted.</summary>
    public required IReadOnlyList<PartyId> FeatureParties { get; init; }

    /// <summary>The last day on which a run may start, in UTC. Default: none.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>How many runs the approvals cover. Default: 1, because each run tells the parties about the cohort anew.</summary>
    public int MaxRuns { get; init; } = 1;

    /// <summary>The public seed of batch order and declared splits. Never makes a secret. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// The keys by which patients are matched, the preferred one first; each is made of one or more columns. Default: one, <c>patient_id</c> as text.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<IdentifierColumn>> Identifiers { get; init; } = [[new IdentifierColumn("patient_id", IdentifierKind.Text)]];

    /// <summary>How the common patients are found.</summary>
    public AlignmentSettings Alignment { get; init; } = new();

    /// <summary>
    /// Which data each party brings; a party that is not named brings its dataset of the study's name with every column. The expanded study
    /// names every party.
    /// </summary>
    public IReadOnlyDictionary<PartyId, PartyData> Data { get; init; } = new Dictionary<PartyId, PartyData>();

    /// <summary>What is predicted.</summary>
    public required TaskSettings Task { get; init; }

    /// <summary>The network.</summary>
    public ModelSettings Model { get; init; } = new();

    /// <summary>
    /// Further models that are trained in the same run; the one with the lowest validation loss is the result. Default: none, there is nothing to compare.
    /// </summary>
    public IReadOnlyList<ModelSettings> Alternatives { get; init; } = [];

    /// <summary>How it is trained.</summary>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>How labels are treated; a study that says neither is refused.</summary>
    public required LabelSettings Labels { get; init; }

    /// <summary>What is released to whom, and the ring of the masked sums.</summary>
    public PrivacySettings Privacy { get; init; } = new();

    /// <summary>When checkpoints are written.</summary>
    public CheckpointSettings Checkpoints { get; init; } = new();

    /// <summary>How the model is judged.</summary>
    public EvaluationSettings Evaluation { get; init; } = new();

    /// <summary>What the leak audit may find at most. Default: null, nothing is judged, and there is an audit only where a party asks for one.</summary>
    public AuditSettings? Audit { get; init; }

    /// <summary>The keys as a party has them: its own columns, in the forms in which it writes them.</summary>
    public IReadOnlyList<IReadOnlyList<IdentifierColumn>> KeysOf(PartyId party) =>
        Data.GetValueOrDefault(party) is not { Identifiers: { Count: > 0 } own }
            ? Identifiers
            : [.. Identifiers.Select(key => (IReadOnlyList<IdentifierColumn>)[.. key.Select(
                i => own.GetValueOrDefault(i.Column) is { } mine ? new IdentifierColumn(mine.Column, mine.Kind ?? i.Kind) : i)])];

    /// <summary>How many models are trained.</summary>
    public int ModelCount => 1 + Alternatives.Count;

    /// <summary>How many models are trained for cross-validation only, one for each fold.</summary>
    public int FoldCount => Evaluation.Folds ?? 0;

    /// <summary>How many times a model is trained in one run: <see cref="ModelCount"/>, <see cref="FoldCount"/>, and once more where the chosen one is trained anew.</summary>
    public int TrainingCount => ModelCount + FoldCount + (Training.EarlyStopping.Refit ? 1 : 0);

    /// <summary>The study as if one of its models were its only one.</summary>
    /// <param name="number">
    /// The model's place, from 0: <see cref="Model"/>, then <see cref="Alternatives"/>, then the models of the folds, which are the first one anew and are
    /// judged with all parties.
    /// </param>
    public Study WithModel(int number) =>
        number >= ModelCount ? this with { Alternatives = [], Evaluation = Evaluation with { Folds = null, Contributions = [] } }
        : Alternatives.Count == 0 ? this
        : this with { Model = number == 0 ? Model : Alternatives[number - 1], Alternatives = [] };

    /// <summary>Which of several models it is, such as <c>2 of 3: linear</c>; <see cref="Refit"/> in a second training; null when there is one only, and for a fold's.</summary>
    /// <param name="number">The model's place, from 0.</param>
    public string? PlaceOfModel(int number) =>
        number >= ModelCount ? Training.EarlyStopping.Refit ? Refit : null
        : ModelCount == 1 ? null
        : $"{number + 1} of {ModelCount}: {WithModel(number).Model.Preset}";

    /// <summary>Which fold a model is trained without, such as <c>2 of 5</c>; null when it is one of the study's own models.</summary>
    /// <param name="number">The model's place, from 0.</param>
    public string? PlaceOfFold(int number) => number < ModelCount || FoldCount == 0 ? null : $"{number - ModelCount + 1} of {FoldCount}";

    /// <summary>Whether the training of the result is announced by a <see cref="Messages.Training.ModelChoice"/>.</summary>
    public bool HasModelChoice => ModelCount > 1 || Training.EarlyStopping.Refit;

    /// <summary>Whether each member of the model holds out training rows of its own to say when to stop, so that no row validates for all of them.</summary>
    public bool MembersHoldOut => Model.Members > 1 && Training.EarlyStopping.Validation > 0;

    /// <summary>The study of the second training that <see cref="EarlyStoppingSettings.Refit"/> asks for: so many epochs, with no validation rows to stop it.</summary>
    /// <param name="epochs">At least 1, at most the study's own.</param>
    public Study ForRefit(int epochs) =>
        this with { Training = Training with { Epochs = epochs, EarlyStopping = Training.EarlyStopping with { Validation = 0, Refit = false } } };

    /// <summary>Every party, the label party first, the others ordinally.</summary>
    public IEnumerable<PartyId> Parties => FeatureParties.Prepend(LabelParty);
}
