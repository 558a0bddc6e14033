using VerticalFL.Agent.Audits;
using VerticalFL.Agent.Reports;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
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

/// <summary>The label party's training: the row assignment, both of its models, its comparison with itself alone, and the report.</summary>
internal sealed class LabelPartyRun(
    PartySession session, IBottomEngine engine, PartySeed seed, AlignmentFigures alignment, SealedCheckpoints checkpoints, IProgress<CheckpointNotice> notices, BudgetDesk budgets, AgentOptions options, TimeProvider time)
{
    private Study Study => session.Run.Document.Study;

    private IReadOnlyList<int> Cohort => session.Aligned.Rows;

    public async Task RunAsync(RunFolder folders, StorageKey key, RunTelemetry progress, CancellationToken cancellationToken)
    {
        RowAssignment rows = Assign();
        Targets targets = ReadTargets(rows);
        CrossValidation.Require(Study, targets, rows, session.Input.Table.Source);
        (Targets trained, double otherwise) = (targets, 0.0);
        LedgerReport? charged = null;
        if (Study.Labels.Protection == Messages.Studies.LabelProtection.LabelDp)
        {
            ReportedOutcomes reported = ReportedOutcomes.Of(targets, session.Input, Cohort, Study, LabelReportSecret.Open(options.StateDirectory, key, Study.LabelParty));
            (trained, otherwise) = (reported.Targets, reported.Otherwise);
            int[] told = [.. rows.TrainingRows, .. rows.ValidationRows];
            charged = budgets.Reserve(
                session.Run, session.Input.Table, [.. told.Select(r => Cohort[r])], reported.Subject, [.. told.Select(r => reported.Answers[r])],
                new PrivacySpending(Study.Labels.Epsilon, 0));
        }

        PrivacyCharges? charges = Study.Privacy.DifferentialPrivacy is null ? null : new PrivacyCharges(budgets, session, rows);
        charged ??= charges?.Reserve();
        foreach (Channel channel in session.Channels.All.Values)
        {
            await rows.SendAsync(channel, cancellationToken);
        }

        await budgets.ShowAsync(session.Channels, ChargingParties.Of(Study), cancellationToken);

        var set = LabelTrainingSet.Of(session, rows, trained, otherwise);
        (PreparedFeatures features, CohortOutcome outcome) = (set.Features, set.Outcome);
        using ReleaseLogFile? releases = charges is null
            ? null
            : new ReleaseLogFile(
                folders.PathOf(session.Run.Id, ReleaseLogFile.FileName), key, Study.LabelParty, (place, tag, loss) => charges.Again(place, tag, loss));
        using NoiseSeed? noise = charges is null && Study.Labels.Protection is not (Messages.Studies.LabelProtection.MaxNorm or Messages.Studies.LabelProtection.Marvell)
            ? null
            : NoiseSeedFile.Open(folders, key, Study.LabelParty, session.Run.Document.Id, session.Run.Id);
        TrainingContext shared = session.Training with
        {
            ReleaseLog = releases,
            Checkpointing = new Checkpointing { Store = checkpoints, DataHash = default, Time = time, Notices = notices, Announced = session.Heads.SendAsync },
        };
        var models = new LabelModels(session, shared, noise, engine, seed, targets, progress);
        using var tried = new TriedModels();
        for (int number = 0; number < Study.ModelCount; number++)
        {
            (LabelLeakAudit? looks, AuditView? seen) = AuditsOf(Study.WithModel(number), targets, rows);
            tried.Add(await models.TrainAsync(number, refit: null, set, looks, seen, cancellationToken));
        }

        if (Study.HasModelChoice)
        {
            await ChooseAsync(tried.Best, cancellationToken);
        }

        if (Study.Training.EarlyStopping.Refit)
        {
            LabelTrainingSet all = set with { Rows = rows.ForRefit() };
            tried.Refit(await models.TrainAsync(tried.Best.Number, tried.Best.Epochs, all, tried.Best.Audit, tried.Best.View, cancellationToken));
        }

        TriedModel best = tried.Result;
        IBottomModel bottom = best.Bottom;
        TopModel top = best.Top;
        LabelTrainingResult result = best.Result;
        CrossValidationReport? folds = await new CrossValidation(session, models, targets).RunAsync(set, cancellationToken);
        progress.Report(Station.Evaluating, 0);
        if (Study.HasModelChoice && !Study.Training.EarlyStopping.Refit)
        {
            result = await TestAsync(best, shared, rows, cancellationToken);
        }

        (LabelLeakAudit? audit, AuditView? view) = (best.Audit, best.View);
        TrainingOutcome? alone = Study.Evaluation.CompareAlone && features.Matrix.Columns > 0
            ? models.TrainAlone(Study.WithModel(best.Number), set, cancellationToken) : null;
        var metrics = new MetricsOf(targets, outcome, top.Loss);
        Report report = new ReportBuilder(session, alignment, features, rows, targets, metrics, time).Build(result, alone, tried.Best.Forecast.After(result.Outcome.Losses.Count), options.SimulatedSeed is not null, cancellationToken);
        report = report with
        {
            Models = tried.Report(t => new MetricsOf(targets, outcome, t.Top.Loss)), CrossValidation = folds, Training = report.Training with { Second = tried.Second },
        };
        if (charged is not null)
        {
            report = report with { Privacy = report.Privacy with { Ledger = charged } };
        }

        if (audit is not null || view is not null)
        {
            bool resumed = tried.Best.Result.ResumedAtStep > 0 || result.ResumedAtStep > 0;
            report = report with { Privacy = report.Privacy with { AuditLeftOut = AuditScope.LeftOut(Study, resumed) } };
        }

        if (audit is not null)
        {
            report = report with { Privacy = report.Privacy with { LabelAudit = AuditOf.Run(audit, metrics, result.Outcome, cancellationToken) } };
        }

        if (view is not null)
        {
            bool binary = targets.Kind == OutcomeKind.Binary;
            new AuditFile(view, binary ? ["outcome"] : [], binary ? [.. view.Rows.Select(r => targets.Values[r])] : [], best.Number, [])
                .Save(folders, key, session.Run.FilesOf(Study.LabelParty));
        }

        report = report with { Privacy = report.Privacy with { Verdict = AuditVerdict.Of(Study.Audit?.Limits, report.Privacy) } };
        if (Study.Evaluation.Subgroup is { } subgroup)
        {
            report = report with
            {
                Subgroups = SubgroupsOf.Run(
                    session.Input.Table.GetColumn(subgroup), Cohort, metrics, result.Outcome, report.Task, Study.Seed, Study.Evaluation.Bootstrap, cancellationToken),
            };
        }

        report = report with { Contributions = ContributionsOf.Run(Study, report.Task, metrics, result.Outcome, cancellationToken) };
        byte[] part = result.Outcome.Parts.Single(p => p.Party == Study.LabelParty).Hash.ToArray();
        new TrainedPart(
            ModelCard.Of(result.Outcome, part, engine, outcome) with { Contributions = report.Contributions, ModelNumber = best.Number }, features.Recipe, TrainedPart.StateOf(bottom.SaveState), TrainedPart.StateOf(top.SaveState))
            .Save(folders, key, session.Run.FilesOf(Study.LabelParty));
        folders.SaveReport(session.Run.Id, ReportJson.ToBytes(report), System.Text.Encoding.UTF8.GetBytes(ReportHtml.Render(report)));
        progress.Report(Station.Evaluating, 100);
    }

    private RowAssignment Assign()
    {
        SplitAssignment? declared = session.Input.SplitColumn is { } split ? SplitReader.Read(session.Input.Table, split, Cohort) : null;
        try
        {
            return RowAssignment.Build(Study, Cohort.Count, declared);
        }
        catch (InvalidOperationException e)
        {
            throw new DataException(session.Input.Table.Source, null, session.Input.SplitColumn, e.Message);
        }
    }

    /// <summary>Outcomes in cohort order; rows that are not used may lack one and stay zero.</summary>
    private Targets ReadTargets(RowAssignment rows)
    {
        int[] used = [.. Enumerable.Range(0, rows.Count).Where(r => rows[r] != RowPart.Unused)];
        Targets read = TargetReader.Read(
            session.Input.Table, session.Input.Outcome!, [.. used.Select(r => Cohort[r])], [.. rows.TrainingRows.Select(r => Cohort[r])]);
        var values = new float[rows.Count];
        bool[]? events = read.Events is null ? null : new bool[rows.Count];
        for (int i = 0; i < used.Length; i++)
        {
            values[used[i]] = read.Values[i];
            if (events is not null)
            {
                events[used[i]] = read.Events![i];
            }
        }

        return read with { Values = values, Events = events };
    }

    /// <summary>What looks at a training from the outside, where somebody asked for it; with a refit at both trainings, as the feature parties do.</summary>
    private (LabelLeakAudit? Looks, AuditView? Sees) AuditsOf(Study one, Targets targets, RowAssignment rows)
    {
        bool audited = options.Audit || Study.Audit is not null;
        IReadOnlyList<int> seen = rows.EverTrained(Study);
        return (
            audited && targets.Kind == OutcomeKind.Binary ? new LabelLeakAudit([.. targets.Values.Select(v => v == 1)], seen, one.Model.Cut) : null,
            audited && options.SimulatedSeed is not null ? new AuditView(seen, one.Model.Cut) : null);
    }

    /// <summary>Tells which model is the best, and for how many epochs it is trained anew.</summary>
    private async Task ChooseAsync(TriedModel best, CancellationToken cancellationToken)
    {
        var choice = new ModelChoice { Model = best.Number, RefitEpochs = Study.Training.EarlyStopping.Refit ? best.Epochs : null };
        foreach (Channel channel in session.Channels.All.Values)
        {
            await channel.SendAsync(choice, cancellationToken);
        }
    }

    /// <summary>Of several models the best alone meets the test rows, once, under fresh masks.</summary>
    private async Task<LabelTrainingResult> TestAsync(TriedModel best, TrainingContext shared, RowAssignment rows, CancellationToken cancellationToken)
    {
        float[] outputs = await LabelPartyInference.RunAsync(
            shared.ForModel(best.Number, noise: null), best.Bottom, best.Top, session.Channels.All, null, cancellationToken, rows.TestRows);
        TrainingOutcome model = best.Result.Outcome;
        return best.Result with { Outcome = model with { Predictions = [.. model.Predictions, new PartPredictions(RowPart.Test, rows.TestRows, outputs)] } };
    }
}
