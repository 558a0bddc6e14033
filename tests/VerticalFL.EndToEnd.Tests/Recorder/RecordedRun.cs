using System.Collections.Concurrent;
using VerticalFL.Agent;
using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Alignment;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using VerticalFL.Training.Split;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>A whole consortium's run, with a recorder inside TLS at every party, a tap before the relay, and every party's secrets.</summary>
internal sealed class RecordedRun
{
    private RecordedRun(StudyDocument study, RunId run, IReadOnlyList<RecordedMessage> messages, IReadOnlyList<TappedConnection> tapped, IReadOnlyList<PartySecrets> secrets, Report report)
    {
        Study = study;
        Run = run;
        Messages = messages;
        Tapped = tapped;
        Secrets = secrets;
        Report = report;
    }

    public StudyDocument Study { get; }

    public RunId Run { get; }

    public IReadOnlyList<RecordedMessage> Messages { get; }

    public IReadOnlyList<TappedConnection> Tapped { get; }

    public IReadOnlyList<PartySecrets> Secrets { get; }

    public Report Report { get; }

    /// <param name="plant">Changes one party's agent. Default: none is changed.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<RecordedRun> MakeAsync(Func<PartyId, AgentSeams, AgentSeams>? plant, CancellationToken cancellationToken)
    {
        using var directory = new TemporaryDirectory();
        RecordedCohort.Write(directory.Path);
        StudyFolder folder = StudyFolder.Load(directory.Path);
        var transcript = new Transcript();
        var cohorts = new ConcurrentDictionary<PartyId, IReadOnlyList<int>>();
        RunId run = default;
        RowAssignment? assignment = null;
        AgentSeams SeamsOf(PartyId party)
        {
            var seams = new AgentSeams { Recorder = transcript.At(party) };
            seams = plant?.Invoke(party, seams) ?? seams;
            return seams with
            {
                Align = async (role, items, channels, progress, token) =>
                {
                    run = role.Run;
                    AlignmentResult aligned = await seams.Align(role, items, channels, progress, token);
                    cohorts[party] = aligned.Rows;
                    return aligned;
                },
                TrainFeatures = (context, model, rows, label, others, progress, token) =>
                {
                    assignment = rows;
                    return seams.TrainFeatures(context, model, rows, label, others, progress, token);
                },
            };
        }

        var starter = new RecordingStarter(SeamsOf);
        Report report;
        await using (Consortium consortium = await Consortium.SimulateAsync(folder, starter, null, cancellationToken))
        {
            report = await consortium.Completion;
        }

        var secrets = new List<PartySecrets>();
        foreach (PartyId party in folder.Study.Parties)
        {
            PartyInput input = await PartyInput.ReadAsync(folder.TableOf(party), folder.Document, party, cancellationToken);
            secrets.Add(new PartySecrets(party, input, cohorts[party], assignment!));
        }

        return new RecordedRun(folder.Document, run, transcript.Messages, starter.Tap!.Connections, secrets, report);
    }
}
