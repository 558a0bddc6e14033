using VerticalFL.Agent.Reports;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>The label party's part of a cross-validation: behind the study's model one for each fold, trained anew without it and tested on it.</summary>
internal sealed class CrossValidation(PartySession session, LabelModels models, Targets targets)
{
    private Study Study => session.Run.Document.Study;

    /// <summary>Refuses folds in which nothing could be learned, before anything leaves.</summary>
    /// <param name="study">The study.</param>
    /// <param name="targets">The true outcomes.</param>
    /// <param name="rows">The study's parts.</param>
    /// <param name="source">The label party's file.</param>
    /// <exception cref="DataException">Some fold's training rows have one outcome only, or no event.</exception>
    public static void Require(Study study, Targets targets, RowAssignment rows, string source)
    {
        for (int fold = 0; fold < study.FoldCount; fold++)
        {
            IReadOnlyList<int> training = rows.Fold(study, fold).TrainingRows;
            bool varies = targets.Events is { } events ? training.Any(r => events[r]) : training.Any(r => targets.Values[r] != targets.Values[training[0]]);
            if (!varies)
            {
                throw new DataException(
                    $"{source}: the training rows of fold {fold + 1} of {study.FoldCount} have {(targets.Events is null ? "one outcome only" : "no event")}; lower evaluation.folds, or choose another seed.");
            }
        }
    }

    /// <returns>Null when the study asks for none.</returns>
    public async Task<CrossValidationReport?> RunAsync(LabelTrainingSet whole, CancellationToken cancellationToken)
    {
        if (Study.FoldCount == 0)
        {
            return null;
        }

        var folds = new List<FoldReport>();
        var judged = new List<JudgedRows>();
        (double seconds, long bytes) = (0, 0);
        MetricsOf? metrics = null;
        for (int fold = 0; fold < Study.FoldCount; fold++)
        {
            LabelTrainingSet set = LabelTrainingSet.Of(session, whole.Rows.Fold(Study, fold), whole.Reported, whole.Outcome.ReportedOtherwise);
            TriedModel model = await models.TrainAsync(Study.ModelCount + fold, refit: null, set, audit: null, view: null, cancellationToken);
            using var bottom = model.Bottom;
            TrainingOutcome? alone = Study.Evaluation.CompareAlone && set.Features.Matrix.Columns > 0 ? models.TrainAlone(model.Study, set, cancellationToken) : null;
            metrics = new MetricsOf(targets, set.Outcome, model.Top.Loss);
            folds.Add(Of(set.Rows, model.Result.Outcome, alone, metrics));
            judged.Add(metrics.Judge(model.Result.Outcome.PredictionsOf(RowPart.Test)));
            seconds += model.Result.Seconds;
            bytes += model.Result.TotalBytesSent;
        }

        JudgedRows? pooled = Study.Task.Kind == TaskKind.Survival ? null : JudgedRows.Join(judged);
        bool compared = folds.All(f => f.LabelPartyAlone is not null);
        return new CrossValidationReport
        {
            Folds = folds,
            Test = Spread.OfEach(folds, (f, read) => read(f.Test)),
            LabelPartyAlone = compared ? Spread.OfEach(folds, (f, read) => read(f.LabelPartyAlone!)) : null,
            Difference = compared ? Spread.OfEach(folds, (f, read) => read(f.Test) - read(f.LabelPartyAlone!)) : null,
            Pooled = pooled is null ? null : metrics!.Measure(pooled),
            PooledIntervals = pooled is null ? null : TestIntervals.Of(metrics!, pooled, Study.Seed, Study.Evaluation.Bootstrap, cancellationToken),
            Seconds = Math.Round(seconds, 3),
            BytesSent = bytes,
        };
    }

    private static FoldReport Of(RowAssignment rows, TrainingOutcome model, TrainingOutcome? alone, MetricsOf metrics) => new()
    {
        Train = rows.TrainingRows.Count,
        Validation = rows.ValidationRows.Count,
        Held = rows.TestRows.Count,
        Epochs = model.Losses.Count,
        BestEpoch = model.BestEpoch + 1,
        Sha256 = Convert.ToHexStringLower(model.ModelHash.Span),
        Test = metrics.Report(model).Test!,
        LabelPartyAlone = alone is null ? null : metrics.Report(alone).Test,
    };
}
