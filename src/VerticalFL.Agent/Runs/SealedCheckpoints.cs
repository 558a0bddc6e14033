using System.Globalization;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Training.Checkpoints;

namespace VerticalFL.Agent.Runs;

/// <summary>A run's checkpoints in its folder, each sealed as what it is: party, study, run and step. They outlive attempts, and this party's own end: another party may need one more attempt.</summary>
internal sealed class SealedCheckpoints : ICheckpointStore
{
    private const string Prefix = "checkpoint-";
    private const string Suffix = ".sealed";
    private readonly RunFolder _folders;
    private readonly StorageKey _key;
    private readonly PartyId _self;
    private readonly StudyId _study;
    private readonly RunId _run;
    private readonly ILogger _logger;

    public SealedCheckpoints(RunFolder folders, StorageKey key, PartyId self, StudyId study, RunId run, ILogger logger)
    {
        (_folders, _key, _self, _study, _run, _logger) = (folders, key, self, study, run, logger);

        // Halves of checkpoints that a crash has left.
        foreach (string stray in Directory.GetFiles(Folder, Prefix + "*.tmp"))
        {
            File.Delete(stray);
        }
    }

    private string Folder => Path.GetDirectoryName(PathOf(0))!;

    public IReadOnlyList<long> Steps() =>
    [
        .. Directory.GetFiles(Folder, Prefix + "*" + Suffix).Select(f => Path.GetFileName(f)[Prefix.Length..^Suffix.Length])
            .Where(s => s.All(char.IsAsciiDigit)).Select(s => long.Parse(s, CultureInfo.InvariantCulture)),
    ];

    public byte[]? Read(long step)
    {
        try
        {
            return SealedFile.Read(_key, PathOf(step), ContextOf(step), Array.MaxLength);
        }
        catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException)
        {
            Log.CheckpointRefused(_logger, _run.Short, step, e.Message);
            return null;
        }
    }

    public void Write(long step, ReadOnlySpan<byte> content)
    {
        try
        {
            SealedFile.Write(_key, PathOf(step), ContextOf(step), content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CheckpointRefused(_logger, _run.Short, step, e.Message);
            throw;
        }
    }

    public void Delete(long step)
    {
        File.Delete(PathOf(step));
        AtomicFile.FlushDirectory(Folder);
    }

    /// <summary>Deletes what only a further attempt of the run could need.</summary>
    public static void DeleteAll(RunFolder folders, RunId run)
    {
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(folders.PathOf(run, Prefix))!, Prefix + "*"))
        {
            File.Delete(file);
        }
    }

    private string PathOf(long step) => _folders.PathOf(_run, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}{Suffix}"));

    private SealContext ContextOf(long step) => new(_self, _study, _run, 0, "checkpoint", step);
}
