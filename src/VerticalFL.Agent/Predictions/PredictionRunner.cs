using System.Globalization;
using VerticalFL.Agent.Runs;
using VerticalFL.Alignment;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Inference;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Predictions;

/// <summary>One attempt of a prediction at this party, from its table of new patients to its part of the sum; at the label party to the predictions.</summary>
internal sealed class PredictionRunner(
    AgentOptions options, Policy policy, PartySeed seed, OpenChannels open, RunFolder folders, StorageKey key, ModelShelf models, PredictionLedger ledger,
    LedgerExchange ledgers, PredictionNotes notes, AuditLog audit, AgentSeams seams, IBottomEngine engine)
{
    private PartyId Self => options.PartyId;

    /// <inheritdoc cref="RunAttempt"/>
    public async Task RunAsync(ActiveRun run, RunTelemetry progress, Func<Exception, Task> onFailing, CancellationToken cancellationToken)
    {
        Study study = run.Document.Study;
        PredictionTerms terms = run.Prediction!;
        progress.Report(Station.Reading, 0);
        TrainedPart part = models.Open(run.Document, terms);
        RequireEngine(part.Card);
        PredictionInput input = await PredictionInput.ReadAsync(options.TableOf(terms.Dataset, "prediction"), run.Document, Self, part.Recipe, cancellationToken);
        Enforce(PolicyCheck.Columns(policy, input.Columns));
        progress.Report(Station.Connecting, 0);
        var sent = new MessageLedger(seams.Recorder);
        await using RunChannels channels = await open(run, RunChannels.OptionsOf(options, sent, progress), cancellationToken);
        var messages = new MessageAudit(audit, run, sent);
        await using var heads = new HeadExchange(audit, run, channels);
        try
        {
            await heads.RunAsync(cancellationToken);
            await TermsComparison.RunAsync(channels, terms, cancellationToken);
            AlignmentResult aligned = await AlignAsync(run, terms, input, channels, progress, cancellationToken);
            Enforce(PolicyCheck.SetSizes(policy, input.Keys.Patients, aligned.LargestPeerSets(Self)));
            Admit(run, terms, input, aligned.Rows);
            await ledgers.RunAsync(channels, [.. run.Parties], ledger.Head, ledger.Continues, cancellationToken);
            progress.Report(Station.Predicting, 0);
            await PredictAsync(run, study, part, input, aligned.Rows, channels, progress, cancellationToken);

            // The counts first, so that the heads which the peers keep cover them; a feature party that has them knows that the predictions are on disk.
            messages.Append();
            await heads.RunAsync(cancellationToken);
        }
        catch (Exception e)
        {
            await onFailing(e);
            throw;
        }
        finally
        {
            messages.Append();
        }
    }

    private async Task<AlignmentResult> AlignAsync(
        ActiveRun run, PredictionTerms terms, PredictionInput input, RunChannels channels, RunTelemetry progress, CancellationToken cancellationToken)
    {
        progress.Report(Station.Aligning, 0);
        AlignmentRole role = AlignmentRole.Of(run.Document.Study, run.Document.Id, Self, run.Id, run.Attempt) with
        {
            MinimumPatients = terms.MinimumPatients,
            Parties = [.. run.Parties],
            LargestPeerSet = (int)Math.Min(AlignmentLimits.MaxItems, PolicyCheck.LargestPeerSet(policy, input.Keys.Patients)),

            // The same patients in the same order every time, so that noise on what is released repeats itself and nobody can average it away.
            OrderContribution = seed.Derive("order", run.Document.Id),
        };
        try
        {
            return await seams.Align(role, input.Keys.Sets, channels.All, new AlignmentPercent((percent, pass) => progress.Report(Station.Aligning, percent, pass: pass)), cancellationToken);
        }
        catch (CohortTooSmallException e)
        {
            throw new CohortTooSmallException(
                $"All parties have {e.Patients} new patients in common and the prediction asks for at least {e.Minimum}: check the identifier columns of the dataset '{terms.Dataset}', or wait for more patients.", e);
        }
    }

    /// <summary>Size and patients against the policy; counted and audited before the first activation leaves.</summary>
    private void Admit(ActiveRun run, PredictionTerms terms, PredictionInput input, IReadOnlyList<int> rows)
    {
        PredictionPolicy limits = policy.Predictions ?? throw new PolicyRefusedException($"'{Self}' takes part in no predictions.");
        Enforce(PredictionCheck.Cohort(limits, rows.Count));
        PredictionCount count = ledger.Count(
            run.Id, input.Table.Fingerprint, input.PatientsOf(run.Document, Self, policy.PrivacyBudget.Patient, rows), limits.PerPatient, TimeSpan.FromDays(limits.PeriodDays));
        if (count.Refused > 0)
        {
            throw new PolicyRefusedException(
                $"The policy of '{Self}' ends the prediction: {count.Refused} of the {rows.Count} common patients have been in {limits.PerPatient} prediction(s) within {limits.PeriodDays} day(s), as many as predictions.perPatient allows.");
        }

        var details = new Dictionary<string, string>
        {
            ["model"] = Convert.ToHexStringLower(terms.ModelHash.Span),
            ["trainedBy"] = terms.Model.Hex,
            ["dataset"] = terms.Dataset,
            ["purpose"] = terms.Purpose,
            ["patients"] = rows.Count.ToString(CultureInfo.InvariantCulture),
            ["ledger"] = count.Ledger,
        };
        if (terms.Without.Count > 0)
        {
            details["without"] = string.Join(' ', terms.Without);
        }

        audit.Append(AuditKind.Predicted, run.Document.Id, run.Id, run.Attempt, details);
    }

    private async Task PredictAsync(
        ActiveRun run, Study study, TrainedPart part, PredictionInput input, IReadOnlyList<int> rows, RunChannels channels, RunTelemetry progress,
        CancellationToken cancellationToken)
    {
        study = study.WithModel(part.Card.ModelNumber);
        FeatureMatrix matrix = PreparedFeatures.OrConstant(part.Recipe.Apply(input.Table, rows), rows.Count);
        using IBottomModel bottom = MemberBottoms.Create(engine, new BottomModelPlan(
            matrix, study.Model.Bottoms[Self], study.Model.Cut, study.Training.Optimizer, new byte[32]), study.Model.Members);
        bottom.LoadState(new MemoryStream(part.Bottom));
        var context = new TrainingContext(study, run.Document.Id, run.Id, run.Attempt, Self) { Away = run.Prediction!.Without };
        var done = new InlineProgress(n => progress.Report(Station.Predicting, (int)(100L * n / rows.Count)));
        if (Self != study.LabelParty)
        {
            // The seed of the run that trained: the same rows get the same noise in every attempt and every prediction.
            using NoiseSeed? noise = study.Privacy.ReleaseNoise is null ? null : NoiseSeedFile.Open(folders, key, Self, run.Document.Id, run.Prediction.Model);
            await FeaturePartyInference.RunAsync(
                context with { NoiseSeed = noise }, bottom, channels.All[study.LabelParty], channels.All.Where(c => c.Key != study.LabelParty).ToDictionary(), done, cancellationToken);
            return;
        }

        PredictedOutcome outcome = part.Card.Outcome ?? throw new DataException("The saved model does not say how its outputs are read; train again.");
        ILoss loss = Loss.ToPredict(outcome.Kind, outcome.Classes.Count, outcome.ReportedOtherwise);
        using var top = new TopModel(study.Model, loss.Outputs, loss, study.Training.Optimizer, new byte[32]);
        top.LoadState(new MemoryStream(part.Top ?? throw new DataException("The saved model lacks its top; restore the run's files, or train again.")));
        float[] outputs = await LabelPartyInference.RunAsync(context, bottom, top, channels.All, done, cancellationToken);
        notes.SaveTable(run.Document.Id, run.Id, PredictionTable.ToCsv(outcome, outputs, input.Table, [.. study.KeysOf(Self).SelectMany(k => k).DistinctBy(i => i.Column)], rows, run.Prediction.Without));
    }

    private void RequireEngine(ModelCard card)
    {
        if (card.Engine != ModelCard.NameOf(engine))
        {
            throw new DataException($"The model's part at '{Self}' was trained by the engine {card.Engine}, and the agent runs {ModelCard.NameOf(engine)}: configure that engine again, or train again.");
        }
    }

    private void Enforce(IReadOnlyList<PolicyFinding> findings) => PolicyRefusedException.ThrowIfRefused(findings, Self, "prediction");

    private sealed class InlineProgress(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
