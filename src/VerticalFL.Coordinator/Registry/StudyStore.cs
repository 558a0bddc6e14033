using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// The registry's files: <c>studies/ID/study.json</c>, one <c>PARTY.approval</c> beside it for each decision, and <c>runs</c>, one run id a line.
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

    public IEnumerable<(StudyDocument Document, IReadOnlyList<SignedApproval> Decisions, IReadOnlyList<RunId> Runs)> Load()
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
            string runs = Path.Combine(directory, "runs");
            RunId[] ids = File.Exists(runs)
                ? [.. File.ReadLines(runs).Select(l => RunId.TryParse(l, out RunId id) ? id : throw new InvalidDataException($"{runs} holds a line that is no run id."))]
                : [];
            yield return (StudyDocument.Parse(File.ReadAllBytes(study)), decisions, ids);
        }
    }

    private string DirectoryOf(StudyId study) => Path.Combine(_root, study.Hex);
}
