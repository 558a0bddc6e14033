using System.Globalization;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Training;

namespace VerticalFL.Messages.Studies;

/// <summary>
/// Every range and every combination that a study must keep, whether it came from a file or was made in code. A broken rule is refused with
/// the JSON path, the problem and the remedy. <c>protocols/study.schema.json</c> states the same ranges.
/// </summary>
internal static class StudyRules
{
    private const int MostColumns = 10_000;
    internal const int LongestColumn = 128;

    public static void Check(Study study)
    {
        Require(study.Version == 1, "$.version", $"version {study.Version} is not known; write 1.");
        Name(study.Name, "$.name");
        Text(study.Purpose, 0, 500, "$.purpose");
        Text(study.ProtocolNumber, 0, 64, "$.protocolNumber");
        Range(study.MaxRuns, 1, 1000, "$.maxRuns");
        Range(study.Seed, 0, int.MaxValue, "$.seed");
        Parties(study);
        IdentifierRules.Check(study);
        Word(study.Alignment.Protocol, StudyWords.Protocols, "$.alignment.protocol");
        Range(study.Alignment.MinimumPatients, 1, RowAssignmentMessage.MaxRows, "$.alignment.minimumPatients");
        if (study.Alignment.PadTo is { } bound)
        {
            Range(bound, study.Alignment.MinimumPatients, AlignmentLimits.MaxItems, "$.alignment.padTo");
        }

        Data(study);
        Task(study.Task);
        Model(study, study.Model, "$.model");
        Alternatives(study);
        foreach (int model in Enumerable.Range(0, study.ModelCount))
        {
            Training(study.WithModel(model));
        }

        Labels(study);
        Word(study.Privacy.Ring, StudyWords.Rings, "$.privacy.ring");
        Noise(study.Privacy);
        DifferentialPrivacyRules.Check(study);
        Distinct(study.Privacy.Release, "$.privacy.release");
        Require(
            study.Training.EarlyStopping.Validation > 0 || !study.Privacy.Release.Contains(ReleasedTelemetry.ValidationLoss),
            "$.privacy.release",
            "there is no validation loss without validation rows; remove it or set training.earlyStopping.validation.");
        Range(study.Evaluation.Bootstrap, 0, 10_000, "$.evaluation.bootstrap");
        if (study.Evaluation.Subgroup is { } subgroup)
        {
            Text(subgroup, 1, LongestColumn, "$.evaluation.subgroup");
        }

        Audit(study);
        AbsenceRules.Check(study);
        FoldRules.Check(study);
    }

    private static void Audit(Study study)
    {
        if (study.Audit?.Limits is not { } limits)
        {
            return;
        }

        const string Path = "$.audit.limits";
        Require(
            limits is not { LabelInferenceAuc: null, FeatureR2: null, MembershipAuc: null }, Path,
            "no limit stands here; name one of labelInferenceAuc, featureR2, membershipAuc, or remove audit.");
        Range(limits.LabelInferenceAuc ?? 1, 0.5, 1, Path + ".labelInferenceAuc");
        Range(limits.FeatureR2 ?? 1, 0, 1, Path + ".featureR2");
        Range(limits.MembershipAuc ?? 1, 0.5, 1, Path + ".membershipAuc");
        bool binary = study.Task.Kind == TaskKind.Binary;
        Require(binary || limits.LabelInferenceAuc is null, Path + ".labelInferenceAuc", "the attacks on outcomes are for binary tasks; remove it.");
        Require(binary || limits.MembershipAuc is null, Path + ".membershipAuc", "membership is judged for binary tasks; remove it.");
    }

    private static void Parties(Study study)
    {
        Require(study.LabelParty.Value.Length > 0, "$.labelParty", "no party is named; name the party that holds the outcome.");
        NotCoordinator(study.LabelParty, "$.labelParty");
        Count(study.FeatureParties.Count, 1, 8, "$.featureParties", "feature parties");
        for (int i = 0; i < study.FeatureParties.Count; i++)
        {
            string path = $"$.featureParties[{i}]";
            Require(study.FeatureParties[i].Value.Length > 0, path, "no party is named; name one.");
            NotCoordinator(study.FeatureParties[i], path);
            Require(study.FeatureParties[i] != study.LabelParty, path, "the label party takes part already; name the other parties only.");
        }

        Distinct(study.FeatureParties, "$.featureParties");
    }

    private static void NotCoordinator(PartyId party, string path) =>
        Require(party != PartyId.Coordinator, path, "the coordinator is no party; name an organisation that holds data.");

    private static void Data(Study study)
    {
        foreach ((PartyId party, PartyData data) in study.Data)
        {
            string path = JsonPath.Child("$.data", party.Value);
            KnownParty(study, party, path);
            if (data.Dataset is not null)
            {
                Name(data.Dataset, path + ".dataset");
            }

            Columns(data.Include, 1, path + ".include");
            Columns(data.Exclude, 0, path + ".exclude");
            Count(data.Kinds.Count, 0, MostColumns, path + ".kinds", "columns");
            foreach ((string column, ColumnKind kind) in data.Kinds)
            {
                string columnPath = JsonPath.Child(path + ".kinds", column);
                Text(column, 1, LongestColumn, columnPath);
                Require(StudyWords.Columns.TryWrite(kind, out _), columnPath, "the column's kind is not known.");
            }

            DifferentialPrivacyRules.CheckColumns(data, path);
        }
    }

    private static void Columns(IReadOnlyList<string> columns, int fewest, string path)
    {
        Count(columns.Count, fewest, MostColumns, path, "columns");
        for (int i = 0; i < columns.Count; i++)
        {
            Text(columns[i], 1, LongestColumn, $"{path}[{i}]");
        }

        Distinct(columns, path);
    }

    private static void Task(TaskSettings task)
    {
        var standing = new TaskSettings { Kind = task.Kind };
        bool survival = task.Kind == TaskKind.Survival;
        Require(StudyWords.Tasks.TryWrite(task.Kind, out _), "$.task.kind", "the kind of task is not known.");
        Require(!survival || task.Label == standing.Label, "$.task.label", "a survival task has no label; name time and event.");
        Require(
            task.Kind == TaskKind.Binary || task.Positive == standing.Positive, "$.task.positive",
            "only a binary task has a positive value; remove it.");
        Require(survival || task.Time == standing.Time, "$.task.time", "only a survival task has a time; remove it.");
        Require(survival || task.Event == standing.Event, "$.task.event", "only a survival task has an event; remove it.");
        Text(task.Label, 1, LongestColumn, "$.task.label");
        Text(task.Positive, 1, LongestColumn, "$.task.positive");
        Text(task.Time, 1, LongestColumn, "$.task.time");
        Text(task.Event, 1, LongestColumn, "$.task.event");
        Text(task.Split, 1, LongestColumn, "$.task.split");
        Range(task.TestFraction, 0.01, 0.9, "$.task.testFraction");
        Distinct([.. OutcomeColumns(task)], "$.task");
    }

    internal static string[] OutcomeColumns(TaskSettings task) =>
        task.Kind == TaskKind.Survival ? [task.Time, task.Event, task.Split] : [task.Label, task.Split];

    private static void Model(Study study, ModelSettings model, string root)
    {
        Word(model.Preset, [.. ModelPreset.All.Select(p => p.Name)], root + ".preset");
        MemberRules.Check(study, model, root);
        Range(model.Cut, 1, TrainingReady.MaxCutWidth, root + ".cut");
        Layers(model.Top, root + ".top");
        Require(StudyWords.Activations.TryWrite(model.TopActivation, out _), root + ".topActivation", "the activation is not known.");
        Linear(model, study.Task.Kind, root);
        Range(model.TopDropout, 0, 0.95, root + ".topDropout");
        foreach ((PartyId party, BottomSettings bottom) in model.Bottoms)
        {
            string path = JsonPath.Child(root + ".bottoms", party.Value);
            KnownParty(study, party, path);
            Bottom(bottom, path);
        }
    }

    private static void Alternatives(Study study)
    {
        Count(study.Alternatives.Count, 0, Study.MostModels - 1, "$.alternatives", "models");
        Require(
            study.Alternatives.Count == 0 || study.Training.EarlyStopping.Validation > 0, "$.alternatives",
            "models are compared on validation rows and there are none; set training.earlyStopping.validation or leave one model.");
        Require(
            study.Alternatives.Count == 0 || (study.Training.PartyDropout == 0 && study.Evaluation.Contributions.Count == 0), "$.alternatives",
            "absent parties and contributions are told of one model; leave one, or remove training.partyDropout and evaluation.contributions.");
        for (int i = 0; i < study.Alternatives.Count; i++)
        {
            Model(study, study.Alternatives[i], $"$.alternatives[{i}]");
        }
    }

    // A linear model's sum at the cut is its outputs; the top adds a bias and nothing else.
    private static void Linear(ModelSettings model, TaskKind task, string root)
    {
        bool linear = model.Preset == ModelPreset.Linear;
        Require(
            linear || model.TopActivation != Activation.None, root + ".topActivation",
            "only the preset 'linear' goes without a nonlinearity; name one.");
        Require(
            !linear || model.TopActivation == Activation.None, root + ".topActivation",
            "a linear model has no nonlinearity; remove it or choose another preset.");
        Require(
            !linear || model.Top.Count == 0, root + ".top", "a linear model has no hidden layers; remove them or choose another preset.");
        Require(
            !linear || model.TopDropout == 0, root + ".topDropout",
            "a linear model has no top to drop units of; remove it or choose another preset.");
        Require(
            !linear || model.Cut == 1 || task == TaskKind.Multiclass,
            root + ".cut", "a linear model's cut is its outputs, and this task has one; write 1 or remove it.");
        Require(
            !linear || model.Cut > 1 || task != TaskKind.Multiclass, root + ".cut",
            "a linear model's cut is its outputs; write the number of classes.");
    }

    private static void Bottom(BottomSettings bottom, string path)
    {
        bool hidden = bottom.Layers.Count > 0;
        Layers(bottom.Layers, path + ".layers");
        Require(StudyWords.Activations.TryWrite(bottom.Activation, out _), path + ".activation", "the activation is not known.");
        Require(
            !hidden || bottom.Activation != Activation.None,
            path + ".activation", "hidden layers without a nonlinearity do nothing; name one or write \"layers\": [].");
        Require(
            hidden || bottom.Activation == Activation.None, path + ".activation",
            "there is no hidden layer for it to follow; remove it or add layers.");
        Require(
            hidden || bottom.Dropout == 0, path + ".dropout", "there is no hidden layer to drop units of; remove it or use inputDropout.");
        Require(hidden || !bottom.LayerNorm, path + ".layerNorm", "there is no hidden layer to normalise; remove it or add layers.");
        Range(bottom.Dropout, 0, 0.95, path + ".dropout");
        Range(bottom.InputDropout, 0, 0.95, path + ".inputDropout");
    }

    private static void Layers(IReadOnlyList<int> layers, string path)
    {
        Count(layers.Count, 0, 8, path, "hidden layers");
        for (int i = 0; i < layers.Count; i++)
        {
            Range(layers[i], 1, 65_536, $"{path}[{i}]");
        }
    }

    private static void Training(Study study)
    {
        TrainingSettings training = study.Training;
        OptimizerSettings optimizer = training.Optimizer;
        Range(training.Epochs, 1, 100_000, "$.training.epochs");
        Range(training.Batch, 1, 65_536, "$.training.batch");
        Require(
            training.Batch > 1 || study.Task.Kind != TaskKind.Survival,
            "$.training.batch", "a survival loss ranks the rows of a batch, so one row teaches nothing; use 2 or more.");
        int most = MaskedActivations.MaxValuesOf(study.Privacy.Ring) / study.Model.Cut;
        Require(
            training.Batch <= most,
            "$.training.batch",
            $"{training.Batch} rows of a cut of {study.Model.Cut} do not fit in one message; use at most {most} rows or a narrower cut.");
        Require(StudyWords.Optimizers.TryWrite(optimizer.Kind, out _), "$.training.optimizer.kind", "the optimizer is not known.");
        Range(optimizer.LearningRate, 1e-9, 10, "$.training.optimizer.learningRate");
        Range(optimizer.WeightDecay, 0, 10, "$.training.optimizer.weightDecay");
        Range(optimizer.Momentum, 0, 0.9999, "$.training.optimizer.momentum");
        Require(
            optimizer.Kind == OptimizerKind.Sgd || optimizer.Momentum == new OptimizerSettings().Momentum,
            "$.training.optimizer.momentum", "only the optimizer 'sgd' has a momentum; remove it or choose sgd.");
        if (training.Schedule is { } schedule)
        {
            Require(StudyWords.Decays.TryWrite(schedule.Decay, out _), "$.training.schedule.decay", "the decay is not known.");
            Range(schedule.WarmupEpochs, 0, training.Epochs - 1, "$.training.schedule.warmupEpochs");
        }

        double validation = training.EarlyStopping.Validation;
        Require(
            validation is 0 or (>= 0.01 and <= 0.9),
            "$.training.earlyStopping.validation", $"{Plain(validation)} is out of range; write 0 for none, or 0.01 to 0.9.");
        Range(training.EarlyStopping.Patience, 1, 100_000, "$.training.earlyStopping.patience");
        Require(
            !training.EarlyStopping.Refit || validation > 0, "$.training.earlyStopping.refit",
            "a second training takes its epochs from validation rows and there are none; set training.earlyStopping.validation or leave refit out.");
        Require(StudyWords.ClassWeights.TryWrite(training.ClassWeights, out _), "$.training.classWeights", "the weighting is not known.");
        Require(
            training.ClassWeights == ClassWeights.None || study.Task.Kind is TaskKind.Binary or TaskKind.Multiclass,
            "$.training.classWeights", "only binary and multiclass tasks have classes; write \"none\".");
        Range(training.Staleness, 0, TrainingSettings.MaxStaleness, "$.training.staleness");
        Require(
            (training.Staleness + 1L) * training.Batch <= most,
            "$.training.staleness",
            $"{training.Staleness + 1} batches of {training.Batch} rows under way at once exceed {most} rows of a cut of {study.Model.Cut}; lower one of them.");
        Require(StudyWords.Gradients.TryWrite(training.Gradients, out _), "$.training.gradients", "the format is not known.");
        if (study.Checkpoints.EverySteps is { } steps)
        {
            Range(steps, 1, 1_000_000_000, "$.checkpoints.everySteps");
        }
    }

    private static void Labels(Study study)
    {
        LabelSettings labels = study.Labels;
        Require(StudyWords.Protections.TryWrite(labels.Protection, out _), "$.labels.protection", "the protection is not known.");
        for (int i = 0; i < labels.DisclosedTo.Count; i++)
        {
            string path = $"$.labels.disclosedTo[{i}]";
            Require(
                study.FeatureParties.Contains(labels.DisclosedTo[i]), path,
                $"'{labels.DisclosedTo[i]}' is not one of the feature parties; remove it.");
        }

        Distinct(labels.DisclosedTo, "$.labels.disclosedTo");
        PartyId[] kept = [.. study.FeatureParties.Except(labels.DisclosedTo)];
        Require(
            labels.Protection != LabelProtection.None || kept.Length == 0 || study.Privacy.DifferentialPrivacy is not null,
            "$.labels",
            $"gradients would let {string.Join(" and ", kept)} infer labels; "
            + "set a \"protection\" (maxNorm, or for binary tasks marvell or labelDp) or name every feature party in \"disclosedTo\".");

        // Noise along each gradient hides norm and sign, which is all that one output has, but not the direction that tells several classes apart.
        TaskKind task = study.Task.Kind;
        Require(
            labels.Protection != LabelProtection.MaxNorm || task != TaskKind.Multiclass,
            "$.labels.protection", "maxNorm does not hide which of several classes a gradient points to; disclose the labels instead.");
        Require(
            labels.Protection is not (LabelProtection.Marvell or LabelProtection.LabelDp) || task == TaskKind.Binary,
            "$.labels.protection", "marvell and labelDp are for binary tasks; disclose the labels, or for numbers and survival use \"maxNorm\".");
        Require(
            labels.Protection != LabelProtection.Marvell || labels.LargestAuc is >= 0.505 and <= 0.99,
            "$.labels.largestAuc", $"{Plain(labels.LargestAuc)} is out of range; write 0.505 to 0.99.");
        Require(
            labels.Protection != LabelProtection.LabelDp || labels.Epsilon is >= 0.1 and <= 10,
            "$.labels.epsilon", $"{Plain(labels.Epsilon)} is out of range; write 0.1 to 10.");
    }

    private static void Noise(PrivacySettings privacy)
    {
        Require(
            (privacy.ReleaseNoise is null && privacy.DifferentialPrivacy is null) || privacy.Ring == StudyWords.NoiseRing,
            "$.privacy.ring", $"sums with noise are calculated in {StudyWords.NoiseRing}; write that or remove it.");
        Require(
            privacy.ReleaseNoise is not null || privacy.DifferentialPrivacy is not null || privacy.Ring != StudyWords.NoiseRing,
            "$.privacy.ring", $"{StudyWords.NoiseRing} is for sums with noise only; remove it or set releaseNoise or differentialPrivacy.");
        if (privacy.ReleaseNoise is { } noise)
        {
            Range(noise.Multiplier, 0.01, 100, "$.privacy.releaseNoise.multiplier");
            Range(noise.ClippingNorm, 0.01, 100, "$.privacy.releaseNoise.clippingNorm");
        }
    }

    private static void KnownParty(Study study, PartyId party, string path) =>
        Require(
            study.Parties.Contains(party), path,
            $"'{party}' is not a party of this study; {LookAlike.Hint(party.Value, study.Parties.Select(p => p.Value))}");

    private static void Name(string name, string path) => Require(
        name is { Length: >= 1 and <= 64 } && char.IsAsciiLetterOrDigit(name[0]) && name[^1] != ' '
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '_' or '-'),
        path, "use 1 to 64 letters, digits, spaces, points, hyphens and underscores, first a letter or digit, and no space at the end.");

    internal static void Text(string text, int shortest, int longest, string path)
    {
        Require(
            text.Length >= shortest && text.Length <= longest,
            path, $"the text has {text.Length} characters; {shortest} to {longest} are allowed.");
        Require(!text.Any(char.IsControl), path, "the text holds a control character; write it in one line.");
        Require(IsWholeUnicode(text), path, "the text holds half of a surrogate pair; write the character itself.");
    }

    private static bool IsWholeUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static void Word(string word, string[] known, string path) =>
        Require(known.Contains(word, StringComparer.Ordinal), path, $"'{word}' is not known; {LookAlike.Hint(word, known)}");

    private static void Range(int value, int minimum, int maximum, string path) =>
        Require(value >= minimum && value <= maximum, path, $"{value} is out of range; write {minimum} to {maximum}.");

    private static void Range(double value, double minimum, double maximum, string path) =>
        Require(value >= minimum && value <= maximum, path, $"{Plain(value)} is out of range; write {Plain(minimum)} to {Plain(maximum)}.");

    internal static void Count(int count, int minimum, int maximum, string path, string what) =>
        Require(count >= minimum && count <= maximum, path, $"{count} {what} stand here; {minimum} to {maximum} are allowed.");

    internal static void Distinct<T>(IReadOnlyList<T> values, string path)
    {
        HashSet<T> seen = [];
        foreach (T value in values)
        {
            Require(seen.Add(value), path, $"'{value}' stands here twice; keep one.");
        }
    }

    private static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);

    internal static void Require(bool kept, string path, string problem)
    {
        if (!kept)
        {
            throw new StudyException(path, problem);
        }
    }
}
