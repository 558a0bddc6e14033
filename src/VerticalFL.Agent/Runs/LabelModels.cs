using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Trains the models of a run at the label party, each like an only one under masks, checkpoints and noise of its own.</summary>
/// <param name="session">The run, aligned.</param>
/// <param name="shared">What all trainings share.</param>
/// <param name="noise">The run's noise seed, where the study needs one.</param>
/// <param name="engine">The engine of the label party's bottoms.</param>
/// <param name="seed">The seed of first weights and dropout.</param>
/// <param name="targets">The true outcomes, by which the label party judges.</param>
/// <param name="progress">Is told of epochs.</param>
internal sealed class LabelModels(
    PartySession session, TrainingContext shared, NoiseSeed? noise, IBottomEngine engine, PartySeed seed, Targets targets, RunTelemetry progress)
{
    private Study Study => session.Run.Document.Study;

    /// <summary>Trains one of the run's models across the parties, or the chosen one a second time.</summary>
    /// <param name="number">The model's place, from 0.</param>
    /// <param name="refit">For a second training, its epochs; then the set's rows are those of that training. Null otherwise.</param>
    /// <param name="set">On what.</param>
    /// <param name="audit">Looks at what leaves; null when nobody does.</param>
    /// <param name="view">Keeps what is seen, likewise.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TriedModel> TrainAsync(int number, int? refit, LabelTrainingSet set, LabelLeakAudit? audit, AuditView? view, CancellationToken cancellationToken)
    {
        int place = refit is null ? number : Study.ModelCount;
        using NoiseSeed? own = noise?.ForModel(place);
        TrainingContext training = refit is { } epochs ? ContextOf(set).ForRefit(number, epochs, own) : ContextOf(set).ForModel(number, own);
        Study study = training.Study;
        IBottomModel bottom = MakeBottom(study, set.Features, number);
        try
        {
            RowwiseEngine.Require(study, bottom, study.LabelParty);
            TopModel top = MakeTop(study, set.Outcome, number);
            var forecast = new ForecastNote(progress, Study, number, second: refit is not null);
            var metrics = new MetricsOf(targets, set.Outcome, top.Loss);
            TrainingContext context = training with
            {
                Audit = audit,
                View = view,
                Forecasts = number < Study.ModelCount ? forecast : null,
                ValidationMetric = part => part.Rows.Count < PatientGroups.FewestPatients ? null : metrics.Headline(metrics.Judge(part)),
            };
            LabelTrainingResult result = await LabelPartyTraining.RunAsync(
                context, bottom, top, set.Outcome, set.Rows, session.Channels.All, new TrainingPercent(progress, place, Study.TrainingCount, Study.Training.Epochs), cancellationToken);
            forecast.Took(new MeasuredTraining(result.Outcome.Losses.Count, Math.Round(result.Seconds, 3), result.TotalBytesSent));
            return new TriedModel(number, study, bottom, top, result, forecast) { Audit = audit, View = view };
        }
        catch
        {
            bottom.Dispose();
            throw;
        }
    }

    /// <summary>What the label party reaches by itself on the same rows, trained as the model is, a second time too.</summary>
    public TrainingOutcome TrainAlone(Study study, LabelTrainingSet set, CancellationToken cancellationToken)
    {
        var outcome = new CohortOutcome(targets, set.Rows);
        TrainingOutcome first = TrainAlone(study, set.Features, outcome, set.Rows, cancellationToken);
        return study.Training.EarlyStopping.Refit
            ? TrainAlone(study.ForRefit(first.BestEpoch + 1), set.Features, outcome, set.Rows.ForRefit(), cancellationToken)
            : first;
    }

    private TrainingOutcome TrainAlone(Study study, PreparedFeatures features, CohortOutcome outcome, RowAssignment rows, CancellationToken cancellationToken)
    {
        using IBottomModel bottom = MakeBottom(study, features, 0);
        var bottoms = new Dictionary<PartyId, IBottomModel> { [study.LabelParty] = bottom };
        return CentralTraining.Run(study, bottoms, MakeTop(study, outcome, 0), outcome, rows, null, cancellationToken);
    }

    /// <summary>The context of a training on these rows: a checkpoint over others is not gone on from.</summary>
    public TrainingContext ContextOf(LabelTrainingSet set) => shared with
    {
        Checkpointing = shared.Checkpointing! with { DataHash = PreparedData.Hash(set.Features.Matrix, engine, set.Reported) },
    };

    private IBottomModel MakeBottom(Study study, PreparedFeatures features, int number)
    {
        FeatureMatrix matrix = PreparedFeatures.OrConstant(features.Matrix, session.Aligned.Rows.Count);
        return MemberBottoms.Create(engine, new BottomModelPlan(
            matrix, study.Model.Bottoms[study.LabelParty], study.Model.Cut, study.Training.Optimizer, seed.Derive(PartySeed.OfModel("bottom", number), session.Run.Document.Id)), study.Model.Members);
    }

    private TopModel MakeTop(Study study, CohortOutcome outcome, int number)
    {
        ILoss loss = outcome.MakeLoss(study.Training.ClassWeights);
        return new TopModel(study.Model, loss.Outputs, loss, study.Training.Optimizer, seed.Derive(PartySeed.OfModel("top", number), session.Run.Document.Id));
    }
}
