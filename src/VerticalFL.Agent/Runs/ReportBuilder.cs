using System.Diagnostics;
using System.Text;
using VerticalFL.Agent.Reports;
using VerticalFL.Alignment;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Puts together what the label party knows of a finished run.</summary>
internal sealed class ReportBuilder(
    PartySession session, AlignmentFigures alignment, PreparedFeatures features, RowAssignment rows, Targets targets, MetricsOf metrics, TimeProvider time)
{
    private Study Study => session.Run.Document.Study;

    public Report Build(LabelTrainingResult result, TrainingOutcome? alone, ForecastReport? forecast, bool simulated, CancellationToken cancellationToken)
    {
        TrainingOutcome model = result.Outcome;
        return new Report
        {
            Study = Study.Name,
            Purpose = Study.Purpose,
            StudyId = session.Run.Document.Id.Hex,
            RunId = session.Run.Id.Hex,
            Seed = Study.Seed,
            Task = Word(Study.Task.Kind),
            LabelParty = Study.LabelParty.Value,
            FeatureParties = [.. Study.FeatureParties.Select(p => p.Value)],
            Finished = time.GetUtcNow(),
            Attempts = session.Run.Attempt,
            Interruptions = session.Run.Interruptions,
            Baseline = alone is null ? null : new BaselineReport { LabelPartyAlone = metrics.Report(alone) },
            Cohort = new CohortReport
            {
                Train = rows.TrainingRows.Count, Validation = rows.ValidationRows.Count, Test = rows.TestRows.Count, Unused = rows.UnusedCount,
                Outcomes = OutcomesOf.Parts(targets, rows),
            },
            Alignment = new AlignmentReport
            {
                Protocol = Study.Alignment.Protocol,
                Sizes = alignment.Result.Sizes.ToDictionary(s => s.Key.Value, s => Study.Alignment.PadTo ?? s.Value),
                Intersection = alignment.Result.Rows.Count,
                Passes = Study.Identifiers.Count == 1 ? null : [.. alignment.Result.Passes.Select(Pass)],
                Seconds = Math.Round(alignment.Seconds, 3),
                BytesSent = alignment.Bytes,
            },
            Training = new TrainingReport
            {
                Epochs = model.Losses.Count,
                Steps = model.Steps,
                Seconds = Math.Round(result.Seconds, 3),
                SamplesPerSecond = Math.Round(model.RowsTrained / result.Seconds, 1),
                BytesSent = result.TotalBytesSent,
                TrainLoss = model.Losses[model.BestEpoch].Train,
                BestEpoch = model.BestEpoch + 1,
                Forecast = forecast,
                PeakMemoryBytes = PeakMemory(),
                Losses = [.. model.Losses.Select((l, i) => new LossPoint(i + 1, l.Train, l.Validation, l.Metric))],
            },
            Metrics = metrics.Report(model),
            Intervals = TestIntervals.Of(metrics, model, alone, Study.Seed, Study.Evaluation.Bootstrap, cancellationToken),
            Curves = new CurvesReport
            {
                Roc = metrics.Roc(model),
                RocAlone = alone is null ? null : metrics.Roc(alone),
                Calibration = metrics.Calibration(model),
                Decisions = metrics.Decisions(model, alone),
                Confusion = metrics.Confusion(model),
                Classes = targets.Kind == OutcomeKind.Multiclass ? targets.Classes : null,
                Survival = metrics.Survival(model),
            },
            Model = new ModelReport
            {
                Sha256 = Convert.ToHexStringLower(model.ModelHash.Span),
                Parts = model.Parts.ToDictionary(p => p.Party.Value, p => Convert.ToHexStringLower(p.Hash.Span)),
            },
            Privacy = new PrivacyReport
            {
                Masked = Study.FeatureParties.Count > 1,
                Ring = Study.Privacy.Ring,
                LabelsDisclosedTo = [.. Study.Labels.DisclosedTo.Select(p => p.Value)],
                ReleaseNoise = Study.Privacy.ReleaseNoise?.Multiplier,
                ClippingNorm = Study.Privacy.ReleaseNoise?.ClippingNorm,
                DifferentialPrivacy = DifferentialPrivacyHeld(),
                LabelProtection = Word(Study.Labels.Protection),
                LargestAuc = Study.Labels.Protection == LabelProtection.Marvell ? Study.Labels.LargestAuc : null,
                LabelEpsilon = Study.Labels.Protection == LabelProtection.LabelDp ? Study.Labels.Epsilon : null,
                Released = [.. Study.Privacy.Release.Select(Word)],
            },
            Features = FeaturesUsed(),
            Messages = MessageTable.From(session.Ledger.Rows().Select(r => (r.Type, r.Sent, r.Count, r.Bytes))),
            Notes = [.. Notes(result, simulated)],
            ExpandedStudy = Encoding.UTF8.GetString(session.Run.Document.Bytes.Span),
        };
    }

    private AlignmentPassReport Pass(AlignmentPass pass, int key)
    {
        ItemSet own = session.Input.Keys.Sets[key];
        return new AlignmentPassReport(
            [.. Study.Identifiers[key].Select(i => i.Column)], pass.Sizes.ToDictionary(s => s.Key.Value, s => s.Value), pass.Patients,
            own.BlankRows.Count, own.Invalid.Count, own.Duplicates.Sum(d => d.Rows.Count));
    }

    private DifferentialPrivacyReport? DifferentialPrivacyHeld()
    {
        if (Study.Privacy.DifferentialPrivacy is not { } privacy)
        {
            return null;
        }

        PrivacyPlan plan = PrivacyPlan.Of(privacy, Study.Training.Epochs);
        return new DifferentialPrivacyReport
        {
            Epsilon = privacy.Epsilon,
            Delta = privacy.Delta,
            ClippingNorm = privacy.ClippingNorm,
            RowNoise = plan.RowNoise,
            WeightNoise = plan.WeightNoise,
            ForecastAuc = PrivacyForecast.Auc(plan.RowNoise),
            FeaturePartyEpsilon = plan.FeatureTraining.Epsilon(privacy.Delta),
            LabelPartyEpsilon = plan.LabelTraining.Epsilon(privacy.Delta),
            TestPatientEpsilon = plan.Row.Epsilon(privacy.Delta),
            WholePatientEpsilon = plan.WholePatient(Study.FeatureParties.Count).Epsilon(privacy.Delta),
        };
    }

    private static long PeakMemory()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    public static string Word(TaskKind kind) => kind switch
    {
        TaskKind.Binary => "binary",
        TaskKind.Multiclass => "multiclass",
        TaskKind.Regression => "regression",
        _ => "survival",
    };

    private static string Word(LabelProtection protection) => protection switch
    {
        LabelProtection.None => "none",
        LabelProtection.MaxNorm => "maxNorm",
        LabelProtection.Marvell => "marvell",
        _ => "labelDp",
    };

    private static string Word(ReleasedTelemetry released) => released switch
    {
        ReleasedTelemetry.Progress => "progress",
        ReleasedTelemetry.ValidationLoss => "validationLoss",
        _ => "throughput",
    };

    private FeaturesReport FeaturesUsed() => new()
    {
        Party = Study.LabelParty.Value,
        Used = [.. features.Recipe.Numbers.Select(n => n.Name), .. features.Recipe.Categories.Select(c => c.Name)],
        Inputs = features.Matrix.Columns,
        Dropped = [.. session.Input.Selection.Dropped.Concat(features.Recipe.Dropped).Select(d => new DroppedColumnReport(d.Name, Reason(d)))],
    };

    private static string Reason(DroppedColumn dropped) => dropped.Reason switch
    {
        DropReason.Reserved => "it is the identifier, the outcome or the split",
        DropReason.NotIncluded => "the study does not include it",
        DropReason.Excluded => "the study excludes it",
        DropReason.Identifier => $"its name looks like a direct identifier{(dropped.Kind is { } kind ? $" ({kind})" : "")}",
        DropReason.FreeText => "its texts nearly all differ",
        DropReason.Constant => "all training rows have the same value",
        _ => "no training row has a value",
    };

    private IEnumerable<string> Notes(LabelTrainingResult result, bool simulated)
    {
        if (Study.FeatureParties.Count == 1)
        {
            yield return $"There is one feature party, so the sum at the cut layer is the activation of '{Study.FeatureParties[0]}' itself: the masks hide nothing from the label party.";
        }

        if (Study.FeatureParties.Count > 1
            && Study.FeatureParties.Where(p => Differencing.FewestTogether(Study.FeatureParties, PartySubsets.Of(Study), p) == 1).ToArray() is { Length: > 0 } exposed)
        {
            yield return $"The test rows were predicted with and without {string.Join(", ", exposed)}: from the difference '{Study.LabelParty}' can work out their own activations, patient by patient, which their policies allow (allowPlainActivations).";
        }

        if (simulated)
        {
            yield return "This was a simulation on one machine with keys made for it in one place: the figures are real, the separation of the parties was only rehearsed.";
        }

        int weaker = alignment.Result.Passes.Skip(1).Sum(p => p.Patients);
        if (weaker > 0)
        {
            yield return $"{weaker} of the {alignment.Result.Rows.Count} common patients were matched by a later key than the preferred one: where two people share such a key, a row joins the columns of both.";
        }

        if (session.Run.Attempt > 1)
        {
            yield return $"The run was interrupted and went on {(Study.TrainingCount == 1 ? $"from step {result.ResumedAtStep} " : "")}in attempt {session.Run.Attempt}, to the model of a run without interruptions. "
                + "The training's seconds and bytes cover all attempts, each step counted once; the alignment's, and the table of messages, are the last attempt's.";
        }

        if (Study.ModelCount > 1)
        {
            yield return $"{Study.ModelCount} models were trained and one was chosen by its validation loss, which is therefore a little too good; the test figures are not. What gradients and sums of the others told came on top of what any audit here says of the chosen one.";
        }

        if (Study.FoldCount > 0)
        {
            yield return $"{Study.FoldCount} more models were trained on other parts of the same training and validation patients, to see how much the figures owe to the draw; they are not kept, and the model's test patients are in none of them. What their gradients and sums told came on top of what any audit here says.";
        }

        if (Study.Training.EarlyStopping.Refit)
        {
            yield return $"The weights are of a second training, on training and validation rows together, for {result.Outcome.BestEpoch + 1} epochs: as many as the best weights of the first had. The losses are the first's, the figures on training rows are on all rows of the second. Feature parties saw gradients of both, also of validation rows.";
        }

        if (Study.Model.Members > 1)
        {
            yield return $"The model is the mean of {Study.Model.Members} networks that were trained side by side."
                + (Study.MembersHoldOut
                    ? $" Each held out {rows.HeldOutByEach(Study)} of the {rows.TrainingRows.Count} training patients, drawn for itself, and the mean of their losses on these said when to stop. Validation figures are out-of-bag: of each patient whom at least one network held out, the mean of those that did"
                        + (Study.Task.Kind == TaskKind.Survival ? ", which makes them a little worse: risks of different networks have no common scale." : ".")
                    : "")
                + " What their gradients tell when they are taken apart comes on top of what any audit here says.";
        }

        if (Study.Labels.Protection == LabelProtection.None)
        {
            yield return $"Gradients at the cut layer let {string.Join(" and ", Study.Labels.DisclosedTo)} infer labels; the study discloses labels to them.";
        }

        if (result.SaturatedActivations > 0)
        {
            yield return $"{result.SaturatedActivations} activation(s) of the label party were cut off at the ring's limit of 255: a smaller learning rate or layer norm helps.";
        }

        if (rows.TestRows.Count < 100)
        {
            yield return $"Only {rows.TestRows.Count} rows test the model: differences of a few per cent may be chance.";
        }

        foreach (string warning in session.Input.Selection.Warnings.Select(
            w => $"The label party's column '{w.Name}' was used although its values have the shape of an identifier; exclude it in the study if it is one."))
        {
            yield return warning;
        }
    }
}
