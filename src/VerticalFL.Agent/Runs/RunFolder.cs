using System.Text.Json;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// What a run leaves in the state directory, under <c>runs/ID</c>: the sealed alignment, model part, newest attempt and end, and at the label
/// party the report.
/// </summary>
internal sealed class RunFolder
{
    private const string EndName = "end.sealed";
    private const string AttemptName = "attempt.sealed";
    private const int MaxEndBytes = 64 * 1024;
    private readonly string _root;

    public RunFolder(string stateDirectory)
    {
        _root = Path.Combine(stateDirectory, "runs");
        Directory.CreateDirectory(_root);
    }

    public bool HasReport(RunId run) => File.Exists(ReportPath(run, "report.json"));

    public string PathOf(RunId run, string name)
    {
        string directory = Path.Combine(_root, run.Hex);
        Directory.CreateDirectory(directory);
        return Path.Combine(directory, name);
    }

    public void SaveReport(RunId run, ReadOnlySpan<byte> json, ReadOnlySpan<byte> html)
    {
        AtomicFile.Write(PathOf(run, "report.html"), html);
        AtomicFile.Write(PathOf(run, "report.json"), json);
    }

    public string ReportPath(RunId run, string name) => Path.Combine(_root, run.Hex, name);

    /// <summary>Notes how a run ended; sealed, because the reason may quote the party's data.</summary>
    public void SaveEnd(StorageKey key, PartyId self, StudyId study, RunId run, RunEnd end) =>
        SealedFile.Write(key, PathOf(run, EndName), EndContext(self, study, run), JsonSerializer.SerializeToUtf8Bytes(end));

    /// <summary>Notes the newest attempt: before it begins, and when it is over.</summary>
    /// <exception cref="IOException">The disk refused; an attempt that is not noted must not begin.</exception>
    public void SaveNewestAttempt(StorageKey key, PartyId self, StudyId study, RunId run, NewestAttempt attempt) =>
        SealedFile.Write(key, PathOf(run, AttemptName), AttemptContext(self, study, run), JsonSerializer.SerializeToUtf8Bytes(attempt));

    /// <summary>The newest attempt that was begun here; null when none was.</summary>
    /// <exception cref="StorageException">The file is not what this agent sealed.</exception>
    public NewestAttempt? FindNewestAttempt(StorageKey key, PartyId self, StudyId study, RunId run)
    {
        string path = ReportPath(run, AttemptName);
        return File.Exists(path) ? JsonSerializer.Deserialize<NewestAttempt>(SealedFile.Read(key, path, AttemptContext(self, study, run), MaxEndBytes)) : null;
    }

    /// <summary>How a run ended; null when its process was killed before.</summary>
    /// <exception cref="StorageException">The file is not what this agent sealed.</exception>
    public RunEnd? FindEnd(StorageKey key, PartyId self, StudyId study, RunId run)
    {
        string path = ReportPath(run, EndName);
        return File.Exists(path) ? JsonSerializer.Deserialize<RunEnd>(SealedFile.Read(key, path, EndContext(self, study, run), MaxEndBytes)) : null;
    }

    /// <summary>A file of every run that has it.</summary>
    public IEnumerable<string> FilesNamed(string name) => Directory.GetDirectories(_root).Select(d => Path.Combine(d, name)).Where(File.Exists);

    /// <summary>The run whose id begins so, among those with a report.</summary>
    public RunId? FindReport(string prefix)
    {
        RunId[] found = [.. Directory.GetDirectories(_root).Select(d => RunId.TryParse(Path.GetFileName(d), out RunId id) ? id : default)
            .Where(r => prefix.Length >= 8 && r.Hex.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && HasReport(r))];
        return found.Length == 1 ? found[0] : null;
    }

    private static SealContext AttemptContext(PartyId self, StudyId study, RunId run) => new(self, study, run, 0, "run-attempt");

    private static SealContext EndContext(PartyId self, StudyId study, RunId run) => new(self, study, run, 0, "run-end");
}
