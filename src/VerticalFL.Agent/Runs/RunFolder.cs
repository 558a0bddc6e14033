using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// What a run leaves in the state directory, under <c>runs/ID</c>: the sealed alignment and model part, and at the label party the report.
/// </summary>
internal sealed class RunFolder
{
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

    /// <summary>The run whose id begins so, among those with a report.</summary>
    public RunId? FindReport(string prefix)
    {
        RunId[] found = [.. Directory.GetDirectories(_root).Select(d => RunId.TryParse(Path.GetFileName(d), out RunId id) ? id : default)
            .Where(r => prefix.Length >= 8 && r.Hex.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && HasReport(r))];
        return found.Length == 1 ? found[0] : null;
    }
}
