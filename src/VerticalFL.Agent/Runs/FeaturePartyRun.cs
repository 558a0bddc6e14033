using VerticalFL.Agent.Audits;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Inference;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>A feature party's training: features from the rows it is told to train on, its bottom model, its part of the sum.</summary>
internal sealed class FeaturePartyRun(
    PartySession session, IBottomEngine engine, PartySeed seed, SealedCheckpoints checkpoints, IProgress<CheckpointNotice> notices, BudgetDesk budgets, AgentOptions options, AgentSeams seams,
    ILogger logger)
{
    public async Task RunAsync(RunFolder folders, StorageKey key, RunTelemetry progress, CancellationToken cancellationToken)
    {
        ActiveRun run = session.Run;
        Study study = run.Document.Study;
        Channel label = session.Channels.All[study.LabelParty];
        RowAssignment rows = await RowAssignment.ReceiveAsync(study, session.Aligned.Rows.Count, label, cancellationToken);
        PrivacyCharges? charges = study.Privacy.DifferentialPrivacy is null ? null : new PrivacyCharges(budgets, session, rows);
        charges?.Reserve();
        await budgets.ShowAsync(session.Channels, ChargingParties.Of(study), cancellationToken);
        PreparedFeatures features = PreparedFeatures.Fit(session.Input, session.Aligned.Rows, rows);
        if (features.Matrix.Columns == 0)
        {
            throw new DataException($"{session.Input.Table.Source} has no column left that can be a feature: see `vfl data describe`, or mend data.{session.Training.Self} in the study.");
        }

        Dictionary<PartyId, Channel> others = session.Channels.All.Where(c => c.Key != study.LabelParty).ToDictionary(c => c.Key, c => c.Value);
        using NoiseSeed? noise = study.Privacy is { ReleaseNoise: null, DifferentialPrivacy: null } ? null : NoiseSeedFile.Open(folders, key, session.Training.Self, run.Document.Id, run.Id);
        using ReleaseLogFile? releases = charges is null
            ? null
            : new ReleaseLogFile(folders.PathOf(run.Id, ReleaseLogFile.FileName), key, session.Training.Self, (place, tag, loss) => charges.Again(place, tag, loss));
        TrainingContext shared = session.Training with
        {
            ReleaseLog = releases,
            AbsenceContribution = study.Training.PartyDropout > 0 ? seed.Derive("absence", run.Document.Id) : default,
            Checkpointing = new Checkpointing { Store = checkpoints, DataHash = default, Notices = notices, Announced = session.Heads.SendAsync },
        };
        var bottoms = new List<IBottomModel>();
        var results = new List<FeatureTrainingResult>();
        var views = new List<AuditView?>();
        int best = 0;
        TrainedPart part;
        int kept = 0;
        try
        {
            for (int number = 0; number < study.ModelCount; number++)
            {
                bottoms.Add(MakeBottom(study, number, features.Matrix));
                views.Add(ViewOf(study.WithModel(number)));
                results.Add(await TrainAsync(number, refit: null, features.Matrix, rows, bottoms[number], views[number]));
            }

            for (int fold = 0; fold < study.FoldCount; fold++)
            {
                RowAssignment held = rows.Fold(study, fold);
                FeatureMatrix fitted = PreparedFeatures.OrConstant(PreparedFeatures.Fit(session.Input, session.Aligned.Rows, held).Matrix, rows.Count);
                using IBottomModel bottom = MakeBottom(study, study.ModelCount + fold, fitted);
                await TrainAsync(study.ModelCount + fold, refit: null, fitted, held, bottom, view: null);
            }

            if (study.HasModelChoice)
            {
                ModelChoice choice = await ChosenAsync(study, label, cancellationToken);
                best = choice.Model;
                kept = choice.RefitEpochs is null ? best : study.ModelCount;
                if (choice.RefitEpochs is { } epochs)
                {
                    RowAssignment all = rows.ForRefit();
                    bottoms.Add(MakeBottom(study, best, features.Matrix));
                    results.Add(await TrainAsync(best, epochs, features.Matrix, all, bottoms[kept], views[best]));
                }
                else
                {
                    using NoiseSeed? own = noise?.ForModel(best);
                    await FeaturePartyInference.RunAsync(shared.ForModel(best, own), bottoms[best], label, others, null, cancellationToken, rows.TestRows);
                }
            }

            progress.Report(Station.Evaluating, 100);
            part = new TrainedPart(ModelCard.Of(results[kept], engine) with { ModelNumber = best }, features.Recipe, TrainedPart.StateOf(bottoms[kept].SaveState), Top: null);
            part.Save(folders, key, run.FilesOf(session.Training.Self));
        }
        finally
        {
            bottoms.ForEach(b => b.Dispose());
        }

        if (views[best] is { } view)
        {
            Audit(view, features, part, folders, key, cancellationToken);
        }

        // A refit goes on with the chosen model's: the party has seen both trainings.
        AuditView? ViewOf(Study one) => options.Audit || study.Audit is not null ? new AuditView(rows.EverTrained(study), one.Model.Cut) : null;

        // One of the run's models, or the chosen one a second time, under masks, checkpoints and noise of its own.
        async Task<FeatureTrainingResult> TrainAsync(int number, int? refit, FeatureMatrix matrix, RowAssignment assigned, IBottomModel bottom, AuditView? view)
        {
            int place = refit is null ? number : study.ModelCount;
            using NoiseSeed? own = noise?.ForModel(place);
            TrainingContext context = shared with { View = view, Checkpointing = shared.Checkpointing with { DataHash = PreparedData.Hash(matrix, engine) } };
            return await seams.TrainFeatures(
                refit is { } epochs ? context.ForRefit(number, epochs, own) : context.ForModel(number, own),
                bottom, assigned, label, others, new TrainingPercent(progress, place, study.TrainingCount, study.Training.Epochs), cancellationToken);
        }
    }

    private IBottomModel MakeBottom(Study study, int number, FeatureMatrix matrix)
    {
        Study one = study.WithModel(number);
        IBottomModel bottom = MemberBottoms.Create(engine, new BottomModelPlan(
            matrix, one.Model.Bottoms[session.Training.Self], one.Model.Cut, one.Training.Optimizer, seed.Derive(PartySeed.OfModel("bottom", number), session.Run.Document.Id)), one.Model.Members);
        RowwiseEngine.Require(one, bottom, session.Training.Self);
        return bottom;
    }

    private static async Task<ModelChoice> ChosenAsync(Study study, Channel label, CancellationToken cancellationToken)
    {
        ModelChoice choice = await label.ReceiveAsync<ModelChoice>(cancellationToken);
        string? problem =
            choice.Model >= study.ModelCount ? $"it chose model {choice.Model + 1} of {study.ModelCount}."
            : (choice.RefitEpochs is null) == study.Training.EarlyStopping.Refit ? "it does not follow the study's earlyStopping.refit."
            : choice.RefitEpochs > study.Training.Epochs ? $"it wants a second training of {choice.RefitEpochs} epochs; the study allows {study.Training.Epochs}."
            : null;
        return problem is null ? choice : throw new PeerProtocolException(label.Peer, "training: model choice", problem);
    }

    /// <summary>In a simulation keeps what the attacks need; elsewhere tells the operator what this party can compute by itself on what it sent.</summary>
    private void Audit(AuditView view, PreparedFeatures features, TrainedPart part, RunFolder folders, StorageKey key, CancellationToken cancellationToken)
    {
        FeatureMatrix matrix = features.Matrix;
        float[] own = [.. view.Rows.SelectMany(r => matrix.Values.AsSpan(r * matrix.Columns, matrix.Columns).ToArray())];
        if (options.SimulatedSeed is not null)
        {
            new AuditFile(view, [.. matrix.Names], own, part.Card.ModelNumber, AuditFile.CanReopen(engine) ? part.Bottom : []).Save(folders, key, session.Run.FilesOf(session.Training.Self));
        }
        else if (FeatureRecovery.Play(view, own, cancellationToken) is { } leak)
        {
            Log.OwnActivationsTell(logger, session.Run.Id.Short, leak.LargestR2, leak.MeanR2, leak.KnownRows, leak.Chance);
        }
    }
}
