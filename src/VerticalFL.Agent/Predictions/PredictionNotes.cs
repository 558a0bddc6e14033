using VerticalFL.Agent.Runs;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Predictions;

/// <summary>What is kept of a prediction in its run's folder: its terms, which no later order may change, and at the label party the table that came of it. Both sealed.</summary>
internal sealed class PredictionNotes(PartyId self, RunFolder folders, StorageKey key)
{
    private const string TermsName = "prediction.sealed";
    private const string TableName = "predictions.sealed";

    /// <summary>Notes the terms, before the first byte leaves.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void SaveTerms(StudyId study, RunId run, PredictionTerms terms) => SealedFile.Write(
        key, folders.PathOf(run, TermsName), Context(study, run, "prediction"), MessageCodec.Encode(new PredictionRequest(study, run, terms)));

    /// <summary>The terms of a prediction; null when none were noted.</summary>
    /// <exception cref="StorageException">The file is not what this agent sealed.</exception>
    public PredictionTerms? FindTerms(StudyId study, RunId run)
    {
        string path = folders.ReportPath(run, TermsName);
        return File.Exists(path)
            ? MessageCodec.Decode<PredictionRequest>(SealedFile.Read(key, path, Context(study, run, "prediction"), PredictionRequest.Descriptor.MaxBytes)).Terms
            : null;
    }

    /// <summary>Keeps the predictions.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void SaveTable(StudyId study, RunId run, ReadOnlySpan<byte> csv) =>
        SealedFile.Write(key, folders.PathOf(run, TableName), Context(study, run, "predictions"), csv);

    /// <summary>The predictions; null when there are none here.</summary>
    /// <exception cref="StorageException">The file is not what this agent sealed.</exception>
    public byte[]? FindTable(StudyId study, RunId run)
    {
        string path = folders.ReportPath(run, TableName);
        return File.Exists(path) ? SealedFile.Read(key, path, Context(study, run, "predictions"), Array.MaxLength) : null;
    }

    /// <summary>Deletes the tables that were made before a moment; terms and ends stay.</summary>
    /// <returns>How many there were.</returns>
    public int DeleteTables(DateTimeOffset madeBefore)
    {
        string[] old = [.. folders.FilesNamed(TableName).Where(p => File.GetLastWriteTimeUtc(p) < madeBefore.UtcDateTime)];
        Array.ForEach(old, File.Delete);
        return old.Length;
    }

    /// <summary>Whether predictions lie here.</summary>
    public bool HasTable(RunId run) => File.Exists(folders.ReportPath(run, TableName));

    // They outlive attempts.
    private SealContext Context(StudyId study, RunId run, string kind) => new(self, study, run, 0, kind);
}
