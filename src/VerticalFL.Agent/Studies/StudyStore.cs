using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Studies;

/// <summary>
/// The party's own copy of each study: <c>studies/ID/study.json</c> (the exact bytes), <c>decision</c> (signed by its operator) and
/// <c>runs</c> (one run id a line: what the limit on runs counts) and <c>predictions</c> (likewise; no limit counts them).
/// </summary>
internal sealed class StudyStore
{
    private const string RunsName = "runs";
    private const string PredictionsName = "predictions";
    private readonly string _root;
    private readonly Lock _lock = new();

    public StudyStore(string stateDirectory)
    {
        _root = Path.Combine(stateDirectory, "studies");
        Directory.CreateDirectory(_root);
    }

    /// <summary>Keeps a study; false when it was known.</summary>
    public bool Add(StudyDocument document)
    {
        lock (_lock)
        {
            string path = PathOf(document.Id);
            if (Read(path, document.Id) is not null)
            {
                return false;
            }

            // A file that was changed on disk is replaced too: the id vouches for these bytes.
            bool known = File.Exists(path);
            Directory.CreateDirectory(DirectoryOf(document.Id));
            AtomicFile.Write(path, document.Bytes.Span);
            return !known;
        }
    }

    /// <summary>The study with this id; null when it is not known, or when its file no longer holds the bytes that the id stands for.</summary>
    public StudyDocument? Find(StudyId id)
    {
        lock (_lock)
        {
            return Read(PathOf(id), id);
        }
    }

    public IReadOnlyList<StudyDocument> All()
    {
        lock (_lock)
        {
            return [.. Directory.GetDirectories(_root).Select(Path.GetFileName).Order(StringComparer.Ordinal)
                .Select(n => StudyId.TryParse(n!, out StudyId id) ? Read(PathOf(id), id) : null).OfType<StudyDocument>()];
        }
    }

    /// <summary>How many studies wait for this party's operator, and the bytes of them.</summary>
    public (int Count, long Bytes) Undecided()
    {
        lock (_lock)
        {
            FileInfo[] waiting = [.. Directory.GetDirectories(_root).Where(d => !File.Exists(Path.Combine(d, "decision"))).Select(d => new FileInfo(Path.Combine(d, "study.json"))).Where(f => f.Exists)];
            return (waiting.Length, waiting.Sum(f => f.Length));
        }
    }

    public void SaveDecision(StudyId id, SignedApproval decision)
    {
        lock (_lock)
        {
            AtomicFile.Write(Path.Combine(DirectoryOf(id), "decision"), MessageCodec.Encode(decision));
        }
    }

    /// <summary>The decision as it lies there, to be verified at every use; null when there is none, or bytes that are no decision.</summary>
    public SignedApproval? Decision(StudyId id)
    {
        lock (_lock)
        {
            string path = Path.Combine(DirectoryOf(id), "decision");
            try
            {
                return File.Exists(path) ? MessageCodec.Decode<SignedApproval>(File.ReadAllBytes(path)) : null;
            }
            catch (MessageFormatException)
            {
                return null;
            }
        }
    }

    public IReadOnlyList<RunId> Runs(StudyId id) => ReadIds(id, RunsName);

    /// <summary>The predictions that were begun with the study's models.</summary>
    public IReadOnlyList<RunId> Predictions(StudyId id) => ReadIds(id, PredictionsName);

    /// <summary>Counts a run before its first byte leaves.</summary>
    public void AddRun(StudyId id, RunId run) => AddId(id, RunsName, run);

    /// <summary>Notes a prediction before its first byte leaves.</summary>
    public void AddPrediction(StudyId id, RunId run) => AddId(id, PredictionsName, run);

    private RunId[] ReadIds(StudyId id, string name)
    {
        lock (_lock)
        {
            string path = Path.Combine(DirectoryOf(id), name);
            return File.Exists(path)
                ? [.. File.ReadLines(path).Select(l => RunId.TryParse(l, out RunId run) ? run : throw new InvalidDataException($"{path} holds a line that is no run id."))]
                : [];
        }
    }

    private void AddId(StudyId id, string name, RunId run)
    {
        lock (_lock)
        {
            string text = string.Concat(ReadIds(id, name).Append(run).Distinct().Select(r => r.Hex + "\n"));
            AtomicFile.Write(Path.Combine(DirectoryOf(id), name), System.Text.Encoding.ASCII.GetBytes(text));
        }
    }

    private static StudyDocument? Read(string path, StudyId id)
    {
        try
        {
            return File.Exists(path) && StudyDocument.Parse(File.ReadAllBytes(path)) is var document && document.Id == id ? document : null;
        }
        catch (StudyException)
        {
            return null;
        }
    }

    private string PathOf(StudyId id) => Path.Combine(DirectoryOf(id), "study.json");

    private string DirectoryOf(StudyId id) => Path.Combine(_root, id.Hex);
}
