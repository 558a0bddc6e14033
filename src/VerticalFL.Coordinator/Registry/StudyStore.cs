using System.Text.Json;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// The registry's files: <c>studies/ID/study.json</c>, beside it one <c>PARTY.approval</c> for each decision, <c>runs</c>, one run id a line,
/// <c>predictions</c>, likewise, and one <c>RUN.run.json</c> for each run: the order of its newest attempt and how it ended at each party.
/// </summary>
internal sealed class StudyStore(string stateDirectory)
{
    private readonly string _root = Path.Combine(stateDirectory, "studies");

    public void SaveStudy(StudyDocument document)
    {
        string directory = DirectoryOf(document.Id);
        Directory.CreateDirectory(directory);
        AtomicFile.Write(Path.Combine(directory, "study.json"), document.Bytes.Span);
    }

    public void SaveDecision(StudyId study, PartyId party, SignedApproval signed) =>
        AtomicFile.Write(Path.Combine(DirectoryOf(study), $"{party}.approval"), MessageCodec.Encode(signed));

    public void SaveRuns(StudyId study, IEnumerable<RunId> runs) =>
        AtomicFile.Write(Path.Combine(DirectoryOf(study), "runs"), System.Text.Encoding.UTF8.GetBytes(string.Concat(runs.Select(r => r.Hex + "\n"))));

    public void SavePredictions(StudyId study, IEnumerable<RunId> runs) =>
        AtomicFile.Write(Path.Combine(DirectoryOf(study), "predictions"), System.Text.Encoding.UTF8.GetBytes(string.Concat(runs.Select(r => r.Hex + "\n"))));

    /// <exception cref="InvalidDataException">The file was changed by somebody else than this coordinator.</exception>
    public IReadOnlyList<RunId> Predictions(StudyId study) => ReadIds(Path.Combine(DirectoryOf(study), "predictions"));

    public void SaveRun(RunEntry run, DateTimeOffset now) => AtomicFile.Write(
        RunPath(DirectoryOf(run.Study), run.Id),
        JsonSerializer.SerializeToUtf8Bytes(
            new RunFile(
                MessageCodec.Encode(run.Order),
                run.Started,
                run.EndedAt,
                run.FailedFirst?.Value,
                run.StopReason,
                run.AttemptOver,
                run.Paused,
                run.LastOver is { } over ? new LastOver(over.Attempt, over.Party?.Value, over.Cause, over.Lost?.Peer.Value, over.Lost?.Fault ?? LinkFault.None) : null,
                run.Parties.Where(p => p.Value.Outcome is not null).ToDictionary(p => p.Key.Value, p => new PartyEnd(p.Value.Outcome!.Value, p.Value.Assumed)),
                run.Links.Past.Count == 0 ? null : [.. run.Links.Past.Select(o => new Outage(o.Attempt, o.Party.Value, o.Peer.Value, o.Fault, o.Began, o.Down))],
                run.Clock.Elapsed,
                now),
            LocalJson.Options));

    /// <exception cref="InvalidDataException">A file was changed by somebody else than this coordinator.</exception>
    public IEnumerable<(StudyDocument Document, IReadOnlyList<SignedApproval> Decisions, IReadOnlyList<RunId> Runs)> LoadStudies()
    {
        if (!Directory.Exists(_root))
        {
            yield break;
        }

        foreach (string directory in Directory.GetDirectories(_root).Order(StringComparer.Ordinal))
        {
            string study = Path.Combine(directory, "study.json");
            if (!File.Exists(study))
            {
                continue;
            }

            SignedApproval[] decisions = [.. Directory.GetFiles(directory, "*.approval").Order(StringComparer.Ordinal)
                .Select(f => MessageCodec.Decode<SignedApproval>(File.ReadAllBytes(f)))];
            yield return (StudyDocument.Parse(File.ReadAllBytes(study)), decisions, ReadIds(Path.Combine(directory, "runs")));
        }
    }

    /// <exception cref="InvalidDataException">A file was changed by somebody else than this coordinator.</exception>
    public IReadOnlyList<RunEntry> LoadRuns(StudyDocument document, IReadOnlyList<RunId> runs, TimeProvider time) =>
        [.. runs.Select(run => LoadRun(document, RunPath(DirectoryOf(document.Id), run), time)).OfType<RunEntry>()];

    private static RunId[] ReadIds(string path) => File.Exists(path)
        ? [.. File.ReadLines(path).Select(l => RunId.TryParse(l, out RunId id) ? id : throw new InvalidDataException($"{path} holds a line that is no run id."))]
        : [];

    private static RunEntry? LoadRun(StudyDocument document, string path, TimeProvider time)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            RunFile file = JsonSerializer.Deserialize<RunFile>(File.ReadAllBytes(path), LocalJson.Options) ?? throw new JsonException("it holds null");
            RunOrder order = MessageCodec.Decode<RunOrder>(file.Order);
            var run = new RunEntry(order, order.PartiesOf(document.Study), file.Started, time, (file.Outages ?? []).Select(o => new LinkOutage(o.Attempt, new PartyId(o.Party), new PartyId(o.Peer), o.Fault, o.Began, o.Down)))
            {
                EndedAt = file.EndedAt,
                Clock = file.EndedAt is null ? RunClock.Resume(time, file.Elapsed, file.SavedAt) : RunClock.Stopped(time, file.Elapsed),
                FailedFirst = file.FailedFirst is { } party ? new PartyId(party) : null,
                StopReason = file.StopReason,
                AttemptOver = file.AttemptOver,
                Paused = file.Paused,
                LastOver = file.LastOver is { } over
                    ? new AttemptInterruption(over.Attempt, over.Party is { } teller ? new PartyId(teller) : null, over.Cause)
                    {
                        Lost = over.LostPeer is { } peer ? new LostLink(new PartyId(peer), over.Fault) : null,
                    }
                    : null,
            };
            foreach ((PartyId id, RunEntry.PartyState state) in run.Parties)
            {
                if (file.Ends.TryGetValue(id.Value, out PartyEnd? end))
                {
                    (state.Station, state.Outcome, state.Assumed) = (Station.Ended, end.Outcome, end.Assumed);
                }
            }

            return run;
        }
        catch (Exception e) when (e is JsonException or MessageFormatException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is not a run that this coordinator wrote: {e.Message} Restore it, or remove it to forget the run.", e);
        }
    }

    private static string RunPath(string directory, RunId run) => Path.Combine(directory, run.Hex + ".run.json");

    private string DirectoryOf(StudyId study) => Path.Combine(_root, study.Hex);

    private sealed record RunFile(
        byte[] Order,
        DateTimeOffset Started,
        DateTimeOffset? EndedAt,
        string? FailedFirst,
        string? StopReason,
        bool AttemptOver,
        bool Paused,
        LastOver? LastOver,
        Dictionary<string, PartyEnd> Ends,
        IReadOnlyList<Outage>? Outages,
        TimeSpan Elapsed,
        DateTimeOffset SavedAt);

    private sealed record LastOver(int Attempt, string? Party, AttemptCause Cause, string? LostPeer = null, LinkFault Fault = LinkFault.None);

    private sealed record Outage(int Attempt, string Party, string Peer, LinkFault Fault, DateTimeOffset Began, TimeSpan Down);

    private sealed record PartyEnd(RunOutcome Outcome, bool Assumed);
}
