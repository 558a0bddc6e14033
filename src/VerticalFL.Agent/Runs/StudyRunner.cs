using VerticalFL.Agent.Studies;
using VerticalFL.Alignment;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>One attempt of a run at this party, from its table to its part of the model; at the label party also to the report.</summary>
internal sealed class StudyRunner(
    AgentOptions options, Policy policy, StudyDesk desk, PartySeed seed, OpenChannels open, RunFolder folders, StorageKey key, AuditLog audit, BudgetDesk budgets, AgentSeams seams,
    IBottomEngine engine, ILogger<StudyRunner> logger, TimeProvider time)
{
    public PartyId Party => options.PartyId;

    /// <param name="run">The run.</param>
    /// <param name="progress">Is told where it is.</param>
    /// <param name="onFailing">Is told of a failure while the channels are still open, so that the coordinator hears the cause before the peers miss a channel.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(ActiveRun run, RunTelemetry progress, Func<Exception, Task> onFailing, CancellationToken cancellationToken)
    {
        Study study = run.Document.Study;
        if (PrivacyCharges.PlanOf(study, Party) is { } plan)
        {
            Log.PrivacyForecast(
                logger, run.Id.Short, plan.RowNoise, plan.WeightNoise, PrivacyForecast.Auc(plan.RowNoise), PrivacyForecast.ClearAuc, PrivacyForecast.AloneAuc);
        }

        progress.Report(Station.Reading, 0);
        PartyInput input = await PartyInput.ReadAsync(options.TableOf(desk.DatasetOf(study), "study"), run.Document, Party, cancellationToken);
        Enforce(PolicyCheck.Columns(policy, [.. input.Selection.Columns.Select(c => c.Name), .. input.SplitColumn is { } split ? [split] : Array.Empty<string>()]));
        foreach ((ItemSet set, int key) in input.Keys.Sets.Count > 1 ? input.Keys.Sets.Select((s, k) => (s, k)) : [])
        {
            Log.KeyRead(logger, run.Id.Short, key + 1, set.Count, set.BlankRows.Count, set.Invalid.Count, set.Duplicates.Sum(d => d.Rows.Count));
        }

        progress.Report(Station.Connecting, 0);
        var ledger = new MessageLedger(seams.Recorder);
        await using RunChannels channels = await open(run, RunChannels.OptionsOf(options, ledger, progress), cancellationToken);
        var messages = new MessageAudit(audit, run, ledger);
        await using var heads = new HeadExchange(audit, run, channels);
        try
        {
            await heads.RunAsync(cancellationToken);
            long before = ledger.BytesSent + ledger.BytesReceived;
            long began = time.GetTimestamp();
            AlignmentResult aligned = await AlignAsync(run, input, channels, progress, cancellationToken);
            Enforce(PolicyCheck.SetSizes(policy, input.Keys.Patients, aligned.LargestPeerSets(Party)));
            Enforce(PolicyCheck.Cohort(policy, input.Keys.Patients, aligned.Rows.Count));
            var alignment = new AlignmentFigures(aligned, time.GetElapsedTime(began).TotalSeconds, ledger.BytesSent + ledger.BytesReceived - before);
            var session = new PartySession(run, input, aligned, channels, heads, ledger, new TrainingContext(study, run.Document.Id, run.Id, run.Attempt, Party));
            var checkpoints = new SealedCheckpoints(folders, key, Party, run.Document.Id, run.Id, logger);
            progress.Report(Station.Training, 0);
            if (Party == study.LabelParty)
            {
                await new LabelPartyRun(session, engine, seed, alignment, checkpoints, new CheckpointLog(logger, run.Id), budgets, options, time)
                    .RunAsync(folders, key, progress, cancellationToken);
            }
            else
            {
                await new FeaturePartyRun(session, engine, seed, checkpoints, new CheckpointLog(logger, run.Id), budgets, options, seams, logger).RunAsync(folders, key, progress, cancellationToken);
            }

            // The counts first, so that the heads which the peers keep cover them.
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
        ActiveRun run, PartyInput input, RunChannels channels, RunTelemetry progress, CancellationToken cancellationToken)
    {
        progress.Report(Station.Aligning, 0);
        AlignmentRole role = AlignmentRole.Of(run.Document.Study, run.Document.Id, Party, run.Id, run.Attempt) with
        {
            LargestPeerSet = (int)Math.Min(AlignmentLimits.MaxItems, PolicyCheck.LargestPeerSet(policy, input.Keys.Patients)),
            OrderContribution = seed.Derive("order", run.Document.Id),
        };
        var percents = new AlignmentPercent((percent, pass) => progress.Report(Station.Aligning, percent, pass: pass));
        var file = new AlignmentFile(folders, key, Party, run.Document.Id, run.Id);
        AlignmentResult? held = await HeldAlignment.TakeUpAsync(role, input.Keys.Sets, file.Find(input.Table.Fingerprint), channels.All, percents, cancellationToken);
        if (held is not null)
        {
            Log.AlignmentTakenUp(logger, run.Id.Short, held.Rows.Count);
            return held;
        }

        AlignmentResult aligned = await seams.Align(role, input.Keys.Sets, channels.All, percents, cancellationToken);
        file.Write(aligned, input.Table.Fingerprint);
        foreach ((AlignmentPass pass, int key) in aligned.Passes.Select((p, k) => (p, k)))
        {
            Log.KeyMatched(logger, run.Id.Short, key + 1, pass.Patients);
        }

        return aligned;
    }

    private void Enforce(IReadOnlyList<PolicyFinding> findings) => PolicyRefusedException.ThrowIfRefused(findings, Party, "run");
}
