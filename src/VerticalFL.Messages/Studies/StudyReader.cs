using System.Text.Json;
using System.Text.Unicode;

namespace VerticalFL.Messages.Studies;

/// <summary>
/// Reads a study as a person wrote it: JSON (RFC 8259) without comments, trailing commas, duplicate or unknown fields. Types and words are
/// checked here, ranges and combinations by <see cref="StudyRules"/>.
/// </summary>
internal static class StudyReader
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 16,
    };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    public static Study Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > StudyDocument.MaxBytes)
        {
            throw new StudyException("$", $"the study has {json.Length} bytes; at most {StudyDocument.MaxBytes} are allowed.");
        }

        if (json.StartsWith(ByteOrderMark))
        {
            json = json[ByteOrderMark.Length..];
        }

        if (!Utf8.IsValid(json))
        {
            throw new StudyException("$", "the text is not UTF-8; save the file in that encoding.");
        }

        using JsonDocument document = Document(json.ToArray());
        return ReadStudy(new StrictJsonValue(document.RootElement, "$").Object());
    }

    private static JsonDocument Document(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException e)
        {
            throw new StudyException(
                "$",
                $"this is not JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}; comments, trailing commas and more than "
                + $"{Strict.MaxDepth} levels are not allowed either.");
        }
    }

    private static Study ReadStudy(StrictJsonObject study)
    {
        study.Find("$schema")?.Text();
        int version = study.Optional("version", 1, v => v.Integer());
        string name = study.Required("name", "give the study a short name.", v => v.Text());
        PartyId labelParty = study.Required("labelParty", "name the party that holds the outcome.", v => v.Party());
        IReadOnlyList<PartyId> featureParties = study.Required(
            "featureParties", "list the parties that hold features only.", v => v.List(p => p.Party()));
        TaskSettings task = study.Required("task", "say what is predicted, such as \"binary\".", ReadTask);
        var read = new Study
        {
            Version = version,
            Name = name,
            Purpose = study.Optional("purpose", "", v => v.Text()),
            ProtocolNumber = study.Optional("protocolNumber", "", v => v.Text()),
            LabelParty = labelParty,
            FeatureParties = featureParties,
            Expires = study.Optional<DateOnly?>("expires", null, v => v.IsNull ? null : v.Date()),
            MaxRuns = study.Optional("maxRuns", 1, v => v.Integer()),
            Seed = study.Optional("seed", 1, v => v.Integer()),
            Identifiers = study.Optional("identifiers", [[new IdentifierColumn("patient_id", IdentifierKind.Text)]], IdentifierReader.Read),
            Alignment = study.Optional("alignment", new AlignmentSettings(), ReadAlignment),
            Data = study.Optional("data", new Dictionary<PartyId, PartyData>(), v => ByParty(v, ReadData)),
            Task = task,
            Model = study.Optional("model", ModelReader.Absent(task.Kind), v => ModelReader.Read(v, task.Kind)),
            Alternatives = study.Optional("alternatives", [], v => v.List(m => ModelReader.Read(m, task.Kind))),
            Training = study.Optional("training", new TrainingSettings(), ReadTraining),
            Labels = study.Optional("labels", new LabelSettings(), ReadLabels),
            Privacy = study.Optional("privacy", new PrivacySettings(), ReadPrivacy),
            Checkpoints = study.Optional("checkpoints", new CheckpointSettings(), ReadCheckpoints),
            Evaluation = study.Optional("evaluation", new EvaluationSettings(), v => ReadEvaluation(v, featureParties)),
            Audit = study.Optional<AuditSettings?>("audit", null, v => v.IsNull ? null : ReadAudit(v)),
        };
        study.End();
        return read;
    }

    internal static Dictionary<PartyId, T> ByParty<T>(StrictJsonValue value, Func<StrictJsonValue, T> read)
    {
        Dictionary<PartyId, T> byParty = [];
        foreach ((string key, StrictJsonValue member) in value.Members())
        {
            byParty.Add(
                PartyId.IsValid(key) ? new PartyId(key) : throw member.Refuse($"'{key}' is not a party id; name a party of the study."),
                read(member));
        }

        return byParty;
    }

    private static AlignmentSettings ReadAlignment(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new AlignmentSettings();
        var read = new AlignmentSettings
        {
            Protocol = o.Optional("protocol", defaults.Protocol, v => v.Text()),
            MinimumPatients = o.Optional("minimumPatients", defaults.MinimumPatients, v => v.Integer()),
            PadTo = o.Optional("padTo", defaults.PadTo, v => (int?)v.Integer()),
        };
        o.End();
        return read;
    }

    private static PartyData ReadData(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new PartyData();
        var read = new PartyData
        {
            Dataset = o.Optional("dataset", defaults.Dataset, v => v.Text()),
            Include = o.Optional("include", defaults.Include, v => v.List(i => i.Text())),
            Exclude = o.Optional("exclude", defaults.Exclude, v => v.List(i => i.Text())),
            Kinds = o.Optional(
                "kinds", defaults.Kinds, v => v.Members().ToDictionary(m => m.Key, m => m.Value.Word(StudyWords.Columns))),
            Identifiers = o.Optional("identifiers", defaults.Identifiers, v => v.Members().ToDictionary(m => m.Key, m => IdentifierReader.ReadOwn(m.Value))),
            Ranges = o.Optional("ranges", defaults.Ranges, v => v.Members().ToDictionary(m => m.Key, m => ReadRange(m.Value))),
            Levels = o.Optional("levels", defaults.Levels, v => v.Members().ToDictionary(m => m.Key, m => m.Value.List(l => l.Text()))),
        };
        o.End();
        return read;
    }

    private static ValueRange ReadRange(StrictJsonValue value)
    {
        IReadOnlyList<double> ends = value.List(v => v.Number());
        return ends.Count == 2 ? new ValueRange(ends[0], ends[1]) : throw value.Refuse("a range has a lower and an upper end, such as [0, 110].");
    }

    private static TaskSettings ReadTask(StrictJsonValue value)
    {
        if (value.IsText)
        {
            return new TaskSettings { Kind = value.Word(StudyWords.Tasks) };
        }

        StrictJsonObject o = value.Object();
        TaskKind kind = o.Required("kind", "say what is predicted, such as \"binary\".", v => v.Word(StudyWords.Tasks));
        var defaults = new TaskSettings { Kind = kind };
        bool survival = kind == TaskKind.Survival;
        var read = defaults with
        {
            Label = survival ? Without("label", defaults.Label) : Word("label", defaults.Label),
            Positive = kind != TaskKind.Binary ? Without("positive", defaults.Positive) : Word("positive", defaults.Positive),
            Time = !survival ? Without("time", defaults.Time) : Word("time", defaults.Time),
            Event = !survival ? Without("event", defaults.Event) : Word("event", defaults.Event),
            Split = Word("split", defaults.Split),
            TestFraction = o.Optional("testFraction", defaults.TestFraction, v => v.Number()),
        };
        o.End();
        return read;

        string Word(string field, string standing) => o.Optional(field, standing, v => v.Text());

        string Without(string field, string standing)
        {
            StudyWords.Tasks.TryWrite(kind, out string? word);
            o.Forbid(field, $"a {word} task has no '{field}'; remove it.");
            return standing;
        }
    }

    private static TrainingSettings ReadTraining(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new TrainingSettings();
        var read = new TrainingSettings
        {
            Epochs = o.Optional("epochs", defaults.Epochs, v => v.Integer()),
            Batch = o.Optional("batch", defaults.Batch, v => v.Integer()),
            Optimizer = o.Optional("optimizer", defaults.Optimizer, ReadOptimizer),
            Schedule = o.Optional("schedule", defaults.Schedule, ReadSchedule),
            EarlyStopping = o.Optional("earlyStopping", defaults.EarlyStopping, ReadEarlyStopping),
            ClassWeights = o.Optional("classWeights", defaults.ClassWeights, v => v.Word(StudyWords.ClassWeights)),
            Staleness = o.Optional("staleness", defaults.Staleness, v => v.Integer()),
            Gradients = o.Optional("gradients", defaults.Gradients, v => v.Word(StudyWords.Gradients)),
            PartyDropout = o.Optional("partyDropout", defaults.PartyDropout, v => v.Number()),
        };
        o.End();
        return read;
    }

    private static OptimizerSettings ReadOptimizer(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new OptimizerSettings();
        OptimizerKind kind = o.Optional("kind", defaults.Kind, v => v.Word(StudyWords.Optimizers));
        if (kind != OptimizerKind.Sgd)
        {
            o.Forbid("momentum", "only the optimizer 'sgd' has a momentum; remove it or choose sgd.");
        }

        var read = new OptimizerSettings
        {
            Kind = kind,
            LearningRate = o.Optional("learningRate", defaults.LearningRate, v => v.Number()),
            WeightDecay = o.Optional("weightDecay", defaults.WeightDecay, v => v.Number()),
            Momentum = kind == OptimizerKind.Sgd ? o.Optional("momentum", defaults.Momentum, v => v.Number()) : defaults.Momentum,
        };
        o.End();
        return read;
    }

    private static ScheduleSettings ReadSchedule(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new ScheduleSettings();
        var read = new ScheduleSettings
        {
            Decay = o.Optional("decay", defaults.Decay, v => v.Word(StudyWords.Decays)),
            WarmupEpochs = o.Optional("warmupEpochs", defaults.WarmupEpochs, v => v.Integer()),
        };
        o.End();
        return read;
    }

    private static EarlyStoppingSettings ReadEarlyStopping(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new EarlyStoppingSettings();
        var read = new EarlyStoppingSettings
        {
            Validation = o.Optional("validation", defaults.Validation, v => v.Number()),
            Patience = o.Optional("patience", defaults.Patience, v => v.Integer()),
            Refit = o.Optional("refit", defaults.Refit, v => v.Boolean()),
        };
        o.End();
        return read;
    }

    private static LabelSettings ReadLabels(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new LabelSettings();
        var read = new LabelSettings
        {
            DisclosedTo = o.Optional("disclosedTo", defaults.DisclosedTo, v => v.List(p => p.Party())),
            Protection = o.Optional("protection", defaults.Protection, v => v.Word(StudyWords.Protections)),
        };
        if (read.Protection == LabelProtection.Marvell)
        {
            read = read with { LargestAuc = o.Optional("largestAuc", defaults.LargestAuc, v => v.Number()) };
        }
        else if (read.Protection == LabelProtection.LabelDp)
        {
            read = read with { Epsilon = o.Required("epsilon", "labelDp needs one, such as \"epsilon\": 1.", v => v.Number()) };
        }

        o.End();
        return read;
    }

    private static PrivacySettings ReadPrivacy(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        ReleaseNoiseSettings? noise = o.Optional<ReleaseNoiseSettings?>("releaseNoise", null, v => v.IsNull ? null : ReadReleaseNoise(v));
        DifferentialPrivacySettings? differential =
            o.Optional<DifferentialPrivacySettings?>("differentialPrivacy", null, v => v.IsNull ? null : ReadDifferentialPrivacy(v));
        PrivacySettings defaults = noise is null && differential is null ? new PrivacySettings() : new PrivacySettings { Ring = StudyWords.NoiseRing };
        var read = new PrivacySettings
        {
            Ring = o.Optional("ring", defaults.Ring, v => v.Text()),
            ReleaseNoise = noise,
            DifferentialPrivacy = differential,
            Release = o.Optional("release", defaults.Release, v => v.List(r => r.Word(StudyWords.Telemetry))),
        };
        o.End();
        return read;
    }

    private static DifferentialPrivacySettings ReadDifferentialPrivacy(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var defaults = new DifferentialPrivacySettings();
        var read = new DifferentialPrivacySettings
        {
            Epsilon = o.Required("epsilon", "say how much may be told of a patient, such as \"epsilon\": 8.", v => v.Number()),
            Delta = o.Optional("delta", defaults.Delta, v => v.Number()),
            ClippingNorm = o.Optional("clippingNorm", defaults.ClippingNorm, v => v.Number()),
        };
        o.End();
        return read;
    }

    private static ReleaseNoiseSettings ReadReleaseNoise(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var read = new ReleaseNoiseSettings
        {
            Multiplier = o.Required("multiplier", "noise needs one, such as \"multiplier\": 0.5.", v => v.Number()),
            ClippingNorm = o.Optional("clippingNorm", new ReleaseNoiseSettings().ClippingNorm, v => v.Number()),
        };
        o.End();
        return read;
    }

    private static CheckpointSettings ReadCheckpoints(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var read = new CheckpointSettings { EverySteps = o.Optional<int?>("everySteps", null, v => v.IsNull ? null : v.Integer()) };
        o.End();
        return read;
    }

    private static EvaluationSettings ReadEvaluation(StrictJsonValue value, IReadOnlyList<PartyId> featureParties)
    {
        StrictJsonObject o = value.Object();
        var defaults = new EvaluationSettings();
        var read = new EvaluationSettings
        {
            CompareAlone = o.Optional("compareAlone", defaults.CompareAlone, v => v.Boolean()),
            Bootstrap = o.Optional("bootstrap", defaults.Bootstrap, v => v.Integer()),
            Subgroup = o.Optional("subgroup", defaults.Subgroup, v => v.IsNull ? null : v.Text()),
            Contributions = o.Optional("contributions", defaults.Contributions, v => ReadGroups(v, featureParties)),
            Folds = o.Optional<int?>("folds", defaults.Folds, v => v.IsNull ? null : v.Integer()),
        };
        o.End();
        return read;
    }

    private static AuditSettings ReadAudit(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var read = new AuditSettings
        {
            Limits = o.Required("limits", "say what may be found at most, such as \"limits\": { \"labelInferenceAuc\": 0.6 }.", ReadLimits),
        };
        o.End();
        return read;
    }

    private static AuditLimits ReadLimits(StrictJsonValue value)
    {
        StrictJsonObject o = value.Object();
        var read = new AuditLimits
        {
            LabelInferenceAuc = o.Optional<double?>("labelInferenceAuc", null, v => v.Number()),
            FeatureR2 = o.Optional<double?>("featureR2", null, v => v.Number()),
            MembershipAuc = o.Optional<double?>("membershipAuc", null, v => v.Number()),
        };
        o.End();
        return read;
    }

    private static IReadOnlyList<IReadOnlyList<PartyId>> ReadGroups(StrictJsonValue value, IReadOnlyList<PartyId> featureParties) =>
        !value.IsText ? value.List(g => g.List(p => p.Party()))
        : value.Text() switch
        {
            "each" => [.. featureParties.Select(p => new[] { p })],
            "together" => [featureParties],
            string word => throw value.Refuse($"'{word}' is not known; {LookAlike.Hint(word, ["each", "together"])}"),
        };
}
