using VerticalFL.Agent.Reports;
using VerticalFL.Messages;

namespace VerticalFL.Agent.Tests.Reports;

/// <summary>Reports as runs of each task would fill them, with invented figures.</summary>
internal static class SampleReports
{
    public static Report Binary { get; } = Common("binary") with
    {
        Baseline = new BaselineReport
        {
            LabelPartyAlone = new MetricsReport
            {
                Train = new MetricValues { Auc = 0.812, Accuracy = 0.781, F1 = 0.55, F1Macro = 0.71, F1Weighted = 0.77, LogLoss = 0.451, Brier = 0.146 },
                Test = new MetricValues { Auc = 0.794, Accuracy = 0.772, F1 = 0.52, F1Macro = 0.69, F1Weighted = 0.76, LogLoss = 0.468, Brier = 0.152 },
            },
        },
        Metrics = new MetricsReport
        {
            Train = new MetricValues { Auc = 0.861, Accuracy = 0.823, F1 = 0.64, F1Macro = 0.76, F1Weighted = 0.81, LogLoss = 0.392, Brier = 0.126 },
            Validation = new MetricValues { Auc = 0.836, Accuracy = 0.806, F1 = 0.6, F1Macro = 0.74, F1Weighted = 0.8, LogLoss = 0.42, Brier = 0.135 },
            Test = new MetricValues { Auc = 0.828, Accuracy = 0.8, F1 = 0.59, F1Macro = 0.73, F1Weighted = 0.79, LogLoss = 0.429, Brier = 0.138 },
        },
        Intervals = new IntervalsReport
        {
            Level = 0.95,
            Resamples = 1000,
            Test = new Dictionary<string, IntervalReport> { ["auc"] = new(0.809, 0.846), ["accuracy"] = new(0.782, 0.817) },
            LabelPartyAlone = new Dictionary<string, IntervalReport> { ["auc"] = new(0.773, 0.815), ["accuracy"] = new(0.753, 0.79) },
            Difference = new Dictionary<string, IntervalReport> { ["auc"] = new(0.02, 0.048), ["accuracy"] = new(-0.004, 0.06) },
        },
        Curves = new CurvesReport
        {
            Roc = Roc(0.32),
            RocAlone = Roc(0.42),
            Calibration = [.. Enumerable.Range(0, 10).Select(i => new CalibrationGroup(
                (int)(420 * Math.Exp(-0.33 * i)) + 20, 0.05 + (0.098 * i), Math.Clamp(0.04 + (0.1 * i) + (0.03 * Math.Sin(2.2 * i)), 0, 1)))],
            Decisions = [new DecisionPointReport(0.1, 1502, 0.93, 0.31, 0.34, null, 0.187, 0.181, 0.176)],
        },
    };

    public static Report Folded { get; } = Binary with { CrossValidation = Folds(pooled: true) };

    public static Report Survival { get; } = Common("survival") with
    {
        Baseline = new BaselineReport { LabelPartyAlone = new MetricsReport { Test = new MetricValues { CIndex = 0.608 } } },
        Metrics = new MetricsReport { Train = new MetricValues { CIndex = 0.671 }, Test = new MetricValues { CIndex = 0.648 } },
        Curves = new CurvesReport
        {
            Survival =
            [
                new RiskGroup("low risk", 91, 38, Steps(0.0035), [new(0, 91), new(100, 83)]),
                new RiskGroup("medium risk", 91, 52, Steps(0.006), [new(0, 91), new(100, 66)]),
                new RiskGroup("high risk", 91, 70, Steps(0.011), [new(0, 91), new(100, 47)]),
            ],
        },
    };

    public static Report FoldedSurvival { get; } = Survival with { CrossValidation = Folds(pooled: false) };

    public static Report Regression { get; } = Common("regression") with
    {
        Metrics = new MetricsReport { Train = new MetricValues { R2 = 0.55, Mae = 3.2, Rmse = 4.4 }, Test = new MetricValues { R2 = 0.47, Mae = 3.6, Rmse = 4.9 } },
        Curves = new CurvesReport
        {
            Calibration = [.. Enumerable.Range(0, 10).Select(
                i => new CalibrationGroup(198, 4 + (2.4 * i), 4.5 + (2.3 * i) + Math.Sin(3 * i)))],
        },
    };

    public static Report Multiclass { get; } = Common("multiclass") with
    {
        FeatureParties = ["lab"],
        Privacy = new PrivacyReport { Masked = false, Ring = "u32.20", LabelsDisclosedTo = ["lab"], LabelProtection = "none", Released = [] },
        Metrics = new MetricsReport { Test = new MetricValues { Accuracy = 0.978, F1Macro = 0.971, F1Weighted = 0.978, Auc = 0.998, LogLoss = 0.081 } },
        Curves = new CurvesReport { Confusion = [[20, 1], [0, 25]], Classes = ["basal", "luminal"] },
        Notes = ["There is one feature party: the sum at the cut is its own activation, so the label party could read it; its policy allowed that."],
    };

    private static Report Common(string task) => new()
    {
        Study = "In-hospital mortality",
        Purpose = "risk of death in hospital of seriously ill patients, from records, laboratory and function",
        StudyId = "5f0c3e6a91d24b7788aa0c1de92f3b64c7a8d95e10f2436b8790abcdef123456",
        RunId = "a3f1c2d4e5b60718293a4b5c6d7e8f90",
        Seed = 7,
        Task = task,
        LabelParty = "hospital",
        FeatureParties = ["lab", "pharmacy"],
        Finished = new DateTimeOffset(2026, 11, 21, 14, 3, 0, TimeSpan.Zero),
        Cohort = new CohortReport
        {
            Train = 3728, Validation = 932, Test = 1977, Unused = 0,
            Outcomes = new Dictionary<string, OutcomeReport> { ["train"] = new() { Patients = 3728, Events = 970 }, ["test"] = new() { Patients = 1977, Events = 514 } },
        },
        Alignment = new AlignmentReport
        {
            Protocol = "ecdh",
            Sizes = new Dictionary<string, int> { ["hospital"] = 8195, ["lab"] = 7420, ["pharmacy"] = 9012 },
            Intersection = 6637,
            Seconds = 3.42,
            BytesSent = 1_482_113,
        },
        Training = new TrainingReport
        {
            Epochs = 26,
            Steps = 780,
            Seconds = 8.31,
            SamplesPerSecond = 11_664,
            BytesSent = 38_220_144,
            TrainLoss = 0.392,
            BestEpoch = 18,
            Losses = [.. Enumerable.Range(1, 26).Select(e => new LossPoint(
                e, 0.37 + (0.3 * Math.Exp(-0.21 * e)), 0.418 + (0.2 * Math.Exp(-0.3 * e)) + (0.00022 * (e - 16) * (e - 16)), 0.838 - (0.2 * Math.Exp(-0.3 * e)) - (0.0001 * (e - 17) * (e - 17))))],
        },
        Metrics = new MetricsReport(),
        Model = new ModelReport
        {
            Sha256 = "9b1d5a7c3e2f48660718a9bacdbe0f1122334455667788990a0b0c0d0e0f1a2b",
            Parts = new Dictionary<string, string>
            {
                ["pharmacy"] = "33445566778899aabbccddeeff00112233445566778899aabbccddeeff001122",
                ["hospital"] = "112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00",
                ["lab"] = "2233445566778899aabbccddeeff00112233445566778899aabbccddeeff0011",
            },
        },
        Privacy = new PrivacyReport
        {
            Masked = true,
            Ring = "u32.20",
            LabelsDisclosedTo = ["lab"],
            LabelProtection = "maxNorm",
            Released = ["progress", "validationLoss"],
        },
        Features = new FeaturesReport
        {
            Party = "hospital",
            Used = ["age", "sex", "race", "income", "meanbp", "hrt", "resp", "temp", "dzgroup", "num_co"],
            Inputs = 31,
            Dropped = [new DroppedColumnReport("ward_code", "the same value in every training row"), new DroppedColumnReport(
                "note_id", "looks like an identifier")],
        },
        Messages = MessageTable.From(
        [
            (MessageType.AlignmentHello, true, 2, 190),
            (MessageType.AlignmentHello, false, 2, 190),
            (MessageType.BlindedElements, true, 6, 524_701),
            (MessageType.EvaluatedElements, false, 6, 524_701),
            (MessageType.OkvsChunk, false, 8, 301_221),
            (MessageType.RowAssignment, true, 2, 13_290),
            (MessageType.MaskedActivations, false, 1560, 24_105_220),
            (MessageType.ActivationGradients, true, 1560, 12_310_440),
            (MessageType.RunProgress, true, 31, 1612),
        ]),
        Notes = ["The parties' keys were made in one place for this simulation; in a consortium each party makes its own."],
        ExpandedStudy = "{\n  \"version\": 1,\n  \"name\": \"In-hospital mortality\",\n  \"labelParty\": \"hospital\"\n}\n",
    };

    private static CrossValidationReport Folds(bool pooled)
    {
        double[] auc = [0.842, 0.815, 0.829, 0.803, 0.836], alone = [0.801, 0.786, 0.797, 0.772, 0.790];
        FoldReport[] folds = [.. auc.Select((a, i) => new FoldReport
        {
            Train = 2982, Validation = 746, Held = 932, Epochs = 22 + i, BestEpoch = 14 + i, Sha256 = new string((char)('a' + i), 64),
            Test = new MetricValues { Auc = a, Accuracy = a - 0.03 }, LabelPartyAlone = new MetricValues { Auc = alone[i], Accuracy = alone[i] - 0.02 },
        })];
        return new CrossValidationReport
        {
            Folds = folds,
            Test = Spread.OfEach(folds, (f, read) => read(f.Test)),
            LabelPartyAlone = Spread.OfEach(folds, (f, read) => read(f.LabelPartyAlone!)),
            Difference = Spread.OfEach(folds, (f, read) => read(f.Test) - read(f.LabelPartyAlone!)),
            Pooled = pooled ? new MetricValues { Auc = 0.823, Accuracy = 0.794 } : null,
            PooledIntervals = pooled ? new Dictionary<string, IntervalReport> { ["auc"] = new(0.811, 0.835) } : null,
            Seconds = 33.1,
            BytesSent = 152_000_000,
        };
    }

    private static RocCurvePoint[] Roc(double power) =>
        [.. Enumerable.Range(0, 101).Select(i => new RocCurvePoint(Math.Pow(i / 100.0, 2), Math.Pow(i / 100.0, 2 * power)))];

    private static SurvivalStep[] Steps(double rate) =>
        [.. Enumerable.Range(0, 60).Select(i => new SurvivalStep(i * 5, Math.Exp(-rate * 5 * i), 91 - i))];
}
