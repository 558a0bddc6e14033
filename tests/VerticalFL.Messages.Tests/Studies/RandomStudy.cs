using VerticalFL.Messages.Studies;

namespace VerticalFL.Messages.Tests.Studies;

/// <summary>Draws valid studies from everything that the rules allow.</summary>
internal static class RandomStudy
{
    private static readonly string[] Columns = ["age", "a:b", "Größe", "日本", "𝔸", "say \"x\"", "back\\slash", "*", "mir_*", "x y", "<script>"];

    public static Study Make(Random r)
    {
        TaskKind kind = (TaskKind)r.Next(4);
        PartyId label = new("z-label");
        PartyId[] features = [.. Enumerable.Range(0, r.Next(1, 9)).Select(i => new PartyId($"p{i}"))];
        r.Shuffle(features);
        bool protect = kind != TaskKind.Multiclass && r.Next(2) == 0;
        LabelProtection protection = !protect ? LabelProtection.None : kind == TaskKind.Binary ? (LabelProtection)r.Next(1, 4) : LabelProtection.MaxNorm;
        PartyId[] all = [label, .. features];
        double validation = r.Next(3) == 0 ? 0 : 0.01 + (r.NextDouble() * 0.89);
        bool linear = r.Next(3) == 0;
        bool noise = r.Next(3) == 0;
        bool several = validation > 0 && r.Next(4) == 0;
        bool folds = !several && r.Next(4) == 0;
        int members = linear || noise || several || protection is LabelProtection.MaxNorm or LabelProtection.Marvell ? 1 : r.Next(1, 5);
        IReadOnlyList<IReadOnlyList<IdentifierColumn>> keys = Keys(r);
        return new Study
        {
            Name = "study " + r.Next(1000),
            Purpose = r.Next(2) == 0 ? "" : Pick(r, Columns),
            ProtocolNumber = r.Next(2) == 0 ? "" : "IRB-" + r.Next(),
            LabelParty = label,
            FeatureParties = features,
            Expires = r.Next(2) == 0 ? null : new DateOnly(1 + r.Next(9999), 1 + r.Next(12), 1 + r.Next(28)),
            MaxRuns = r.Next(1, 1001),
            Seed = r.Next(),
            Identifiers = keys,
            Alignment = new AlignmentSettings { MinimumPatients = r.Next(1, 1_000_000), PadTo = r.Next(2) == 0 ? null : r.Next(1_000_000, 2_000_000) },
            Data = Some(r, all, 0, all.Length).ToDictionary(p => p, _ => new PartyData
            {
                Dataset = r.Next(2) == 0 ? null : "set-" + r.Next(9),
                Include = Some(r, Columns, 1, 9),
                Exclude = Some(r, Columns, 0, 9),
                Kinds = Some(r, Columns, 0, 9).ToDictionary(c => c, _ => (ColumnKind)r.Next(2)),
                Identifiers = r.Next(3) > 0 ? [] : keys.SelectMany(k => k).Where(_ => r.Next(2) == 0).DistinctBy(i => i.Column)
                    .ToDictionary(i => i.Column, i => new PartyIdentifier("own " + i.Column, r.Next(2) == 0 ? null : i.Kind)),
            }),
            Task = Task(r, kind),
            Model = new ModelSettings
            {
                Preset = linear ? "linear" : Pick(r, ["clinical", "omics"]),
                Members = members,
                Cut = !linear ? members * r.Next(1, 33) : kind == TaskKind.Multiclass ? r.Next(2, 129) : 1,
                Top = linear ? [] : Widths(r),
                TopActivation = linear ? Activation.None : (Activation)r.Next(1, 4),
                TopDropout = linear ? 0 : Share(r),
                Bottoms = Some(r, all, 0, all.Length).ToDictionary(p => p, _ => Bottom(r)),
            },
            Alternatives = !several ? [] : [.. Enumerable.Range(0, r.Next(1, 3)).Select(_ => new ModelSettings
            {
                Cut = r.Next(1, 129), Top = Widths(r), TopDropout = Share(r), Bottoms = Some(r, all, 0, all.Length).ToDictionary(p => p, _ => Bottom(r)),
            })],
            Training = new TrainingSettings
            {
                Epochs = r.Next(1, 100_001),
                Batch = r.Next(2, noise ? 16_385 : 32_769),
                Optimizer = Optimizer(r),
                EarlyStopping = new EarlyStoppingSettings { Validation = validation, Patience = r.Next(1, 100), Refit = !folds && members == 1 && validation > 0 && r.Next(2) == 0 },
                ClassWeights = kind is TaskKind.Binary or TaskKind.Multiclass ? (ClassWeights)r.Next(2) : ClassWeights.None,
                Schedule = r.Next(2) == 0 ? null
                    : new ScheduleSettings { Decay = Enum.GetValues<RateDecay>()[r.Next(3)], WarmupEpochs = 0 },
                Staleness = r.Next(2),
                Gradients = (GradientFormat)r.Next(2),
                PartyDropout = noise || several || folds || r.Next(3) > 0 ? 0 : r.NextDouble() * 0.9,
            },
            Labels = new LabelSettings
            {
                DisclosedTo = protect ? Some(r, features, 0, features.Length) : features,
                Protection = protection,
                LargestAuc = protection == LabelProtection.Marvell ? 0.51 + (0.4 * r.NextDouble()) : new LabelSettings().LargestAuc,
                Epsilon = protection == LabelProtection.LabelDp ? 0.1 + (9 * r.NextDouble()) : 0,
            },
            Privacy = new PrivacySettings
            {
                Ring = noise ? "u64.24" : Pick(r, ["u32.20", "u16.8"]),
                ReleaseNoise = noise ? new ReleaseNoiseSettings { Multiplier = 0.01 + r.NextDouble(), ClippingNorm = 0.01 + (99 * r.NextDouble()) } : null,
                Release = Some<ReleasedTelemetry>(
                    r,
                    validation > 0
                        ? [ReleasedTelemetry.Progress, ReleasedTelemetry.ValidationLoss, ReleasedTelemetry.Throughput]
                        : [ReleasedTelemetry.Progress, ReleasedTelemetry.Throughput],
                    0,
                    3),
            },
            Checkpoints = new CheckpointSettings { EverySteps = r.Next(2) == 0 ? null : r.Next(1, 1_000_000_000) },
            Evaluation = new EvaluationSettings { Folds = folds ? r.Next(2, 21) : null, CompareAlone = r.Next(2) == 0, Subgroup = r.Next(2) == 0 ? "sex" : null, Contributions = noise || several ? [] : Groups(r, features) },
            Audit = members > 1 || r.Next(2) == 0 ? null : new AuditSettings { Limits = new AuditLimits { FeatureR2 = r.NextDouble() } },
        };
    }

    private static IReadOnlyList<IReadOnlyList<PartyId>> Groups(Random r, PartyId[] features) => r.Next(3) switch
    {
        0 => [],
        1 => [features],
        _ => [.. features.GroupBy(_ => r.Next(3)).Select(g => g.ToArray())],
    };

    private static TaskSettings Task(Random r, TaskKind kind)
    {
        var task = new TaskSettings { Kind = kind, Split = "fold", TestFraction = 0.01 + (r.NextDouble() * 0.89) };
        return kind switch
        {
            TaskKind.Survival => task with { Time = "t", Event = "e" },
            TaskKind.Binary => task with { Label = "y", Positive = Pick(r, Columns) },
            _ => task with { Label = "y" },
        };
    }

    private static IReadOnlyList<IReadOnlyList<IdentifierColumn>> Keys(Random r)
    {
        var kinds = Columns.ToDictionary(c => c, _ => (IdentifierKind)r.Next(Enum.GetValues<IdentifierKind>().Length));
        return [.. Enumerable.Range(0, r.Next(1, 9)).Select(_ => Some(r, Columns, 1, 8)).DistinctBy(k => string.Join('\n', k.Order(StringComparer.Ordinal)))
            .Select(k => (IReadOnlyList<IdentifierColumn>)[.. k.Select(c => new IdentifierColumn(c, kinds[c]))])];
    }

    private static BottomSettings Bottom(Random r) => r.Next(4) == 0
        ? new BottomSettings { Layers = [], Activation = Activation.None, Dropout = 0, InputDropout = Share(r) }
        : new BottomSettings
        {
            Layers = [1 + r.Next(65_536), .. Widths(r).Take(7)],
            Activation = (Activation)r.Next(1, 4),
            Dropout = Share(r),
            InputDropout = Share(r),
            LayerNorm = r.Next(2) == 0,
        };

    private static OptimizerSettings Optimizer(Random r)
    {
        var kind = (OptimizerKind)r.Next(3);
        var optimizer = new OptimizerSettings
        {
            Kind = kind,
            LearningRate = Math.Max(1e-9, Math.Pow(10, -9 * r.NextDouble())),
            WeightDecay = r.Next(2) == 0 ? 0 : Math.Pow(10, -300 * r.NextDouble()),
        };
        return kind == OptimizerKind.Sgd ? optimizer with { Momentum = r.NextDouble() * 0.9999 } : optimizer;
    }

    private static int[] Widths(Random r) => [.. Enumerable.Range(0, r.Next(9)).Select(_ => r.Next(1, 65_537))];

    private static double Share(Random r) => r.Next(3) == 0 ? 0 : r.NextDouble() * 0.95;

    private static T Pick<T>(Random r, T[] from) => from[r.Next(from.Length)];

    private static T[] Some<T>(Random r, T[] from, int fewest, int most)
    {
        T[] shuffled = [.. from];
        r.Shuffle(shuffled);
        return shuffled[..Math.Min(from.Length, r.Next(fewest, most + 1))];
    }
}
