namespace VerticalFL.Messages.Studies;

/// <summary>The words of the study's enumerations: one table each, read and written by the same code.</summary>
internal static class StudyWords
{
    public static readonly WordTable<TaskKind> Tasks = new(
        (TaskKind.Binary, "binary"), (TaskKind.Multiclass, "multiclass"), (TaskKind.Regression, "regression"),
        (TaskKind.Survival, "survival"));

    public static readonly WordTable<IdentifierKind> Identifiers = new(
        (IdentifierKind.Text, "text"), (IdentifierKind.Digits, "digits"), (IdentifierKind.Mrn, "mrn"), (IdentifierKind.Nhs, "nhs"),
        (IdentifierKind.Ahv, "ahv"), (IdentifierKind.Ssn, "ssn"), (IdentifierKind.Name, "name"), (IdentifierKind.FullName, "fullName"),
        (IdentifierKind.Date, "date"), (IdentifierKind.DateDayFirst, "dateDayFirst"), (IdentifierKind.DateMonthFirst, "dateMonthFirst"));

    public static readonly WordTable<ColumnKind> Columns = new((ColumnKind.Number, "number"), (ColumnKind.Category, "category"));

    public static readonly WordTable<Activation> Activations = new(
        (Activation.None, "none"), (Activation.Relu, "relu"), (Activation.Gelu, "gelu"), (Activation.Tanh, "tanh"));

    public static readonly WordTable<OptimizerKind> Optimizers = new(
        (OptimizerKind.Sgd, "sgd"), (OptimizerKind.Adam, "adam"), (OptimizerKind.AdamW, "adamw"));

    public static readonly WordTable<RateDecay> Decays = new(
        (RateDecay.Constant, "constant"), (RateDecay.Linear, "linear"), (RateDecay.Cosine, "cosine"));

    public static readonly WordTable<ClassWeights> ClassWeights = new(
        (Studies.ClassWeights.None, "none"), (Studies.ClassWeights.Balanced, "balanced"));

    public static readonly WordTable<GradientFormat> Gradients = new((GradientFormat.Float32, "float32"), (GradientFormat.Float16, "float16"));

    public static readonly WordTable<LabelProtection> Protections = new(
        (LabelProtection.None, "none"), (LabelProtection.MaxNorm, "maxNorm"), (LabelProtection.Marvell, "marvell"), (LabelProtection.LabelDp, "labelDp"));

    public static readonly WordTable<ReleasedTelemetry> Telemetry = new(
        (ReleasedTelemetry.Progress, "progress"), (ReleasedTelemetry.ValidationLoss, "validationLoss"),
        (ReleasedTelemetry.Throughput, "throughput"));

    /// <summary>The OPRFs that a study may name.</summary>
    public static readonly string[] Protocols = ["vole", "ecdh"];

    /// <summary>The rings that a study may name.</summary>
    /// <summary>The ring of sums with noise, and of no others.</summary>
    public const string NoiseRing = "u64.24";

    public static readonly string[] Rings = ["u32.20", "u16.8", "u64.24"];
}
