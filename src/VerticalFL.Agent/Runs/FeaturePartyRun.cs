using VerticalFL.Data;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>A feature party's training: features from the rows it is told to train on, its bottom model, its part of the sum.</summary>
internal sealed class FeaturePartyRun(
    PartySession session, IBottomEngine engine, PartySeed seed, SealedCheckpoints checkpoints, IProgress<CheckpointNotice> notices, BudgetDesk budgets, AgentSeams seams)
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

        using IBottomModel bottom = engine.Create(new BottomModelPlan(
            features.Matrix, study.Model.Bottoms[session.Training.Self], study.Model.Cut, study.Training.Optimizer, seed.Derive("bottom", run.Document.Id)));
        RowwiseEngine.Require(study, bottom, session.Training.Self);
        Dictionary<PartyId, Channel> others = session.Channels.All.Where(c => c.Key != study.LabelParty).ToDictionary(c => c.Key, c => c.Value);
        var percents = new TrainingPercent(progress);
        using NoiseSeed? noise = study.Privacy is { ReleaseNoise: null, DifferentialPrivacy: null } ? null : NoiseSeedFile.Open(folders, key, session.Training.Self, run.Document.Id, run.Id);
        using ReleaseLogFile? releases = charges is null
            ? null
            : new ReleaseLogFile(folders.PathOf(run.Id, ReleaseLogFile.FileName), key, session.Training.Self, (place, tag, loss) => charges.Again(place, tag, loss));
        TrainingContext context = session.Training with
        {
            ReleaseLog = releases,
            NoiseSeed = noise,
            Checkpointing = new Checkpointing { Store = checkpoints, DataHash = PreparedData.Hash(features.Matrix, engine), Notices = notices, Announced = session.Heads.SendAsync },
        };
        FeatureTrainingResult result = await seams.TrainFeatures(context, bottom, rows, label, others, percents, cancellationToken);
        progress.Report(Station.Evaluating, 100);
        new TrainedPart(ModelCard.Of(result, engine), features.Recipe, TrainedPart.StateOf(bottom.SaveState), Top: null)
            .Save(folders, key, run.FilesOf(session.Training.Self));
    }
}
