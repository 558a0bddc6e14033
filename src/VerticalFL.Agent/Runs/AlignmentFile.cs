using System.Text.Json;
using VerticalFL.Alignment;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Agent.Runs;

/// <summary>A run's finished alignment, sealed: row numbers, keys, sizes, and the fingerprint of the table that they belong to. It outlives attempts.</summary>
internal sealed class AlignmentFile(RunFolder folders, StorageKey key, PartyId self, StudyId study, RunId run)
{
    private const int Version = 2;
    private readonly SealContext _context = new(self, study, run, 0, "alignment");

    private string PathOfFile => folders.PathOf(run, "alignment.sealed");

    public void Write(AlignmentResult aligned, ReadOnlyMemory<byte> fingerprint) => SealedFile.Write(key, PathOfFile, _context, JsonSerializer.SerializeToUtf8Bytes(new Content(
        Version, aligned.Id, Convert.ToHexStringLower(fingerprint.Span), [.. aligned.Passes.Select(p => new Pass(p.Sizes.ToDictionary(s => s.Key.Value, s => s.Value), p.Patients))], aligned.Rows, aligned.Keys.ToArray())));

    /// <summary>The alignment of an earlier attempt; null when there is none, it cannot be opened, or the table has changed since.</summary>
    public AlignmentResult? Find(ReadOnlyMemory<byte> fingerprint)
    {
        try
        {
            Content? content = File.Exists(PathOfFile)
                ? JsonSerializer.Deserialize<Content>(SealedFile.Read(key, PathOfFile, _context, Array.MaxLength))
                : null;
            return content is { Version: Version } && content.Table == Convert.ToHexStringLower(fingerprint.Span)
                ? content.ToResult()
                : null;
        }
        catch (StorageException)
        {
            // As good as none: the parties align anew, and the new result replaces it.
            return null;
        }
    }

    private sealed record Content(int Version, string Id, string Table, IReadOnlyList<Pass> Passes, IReadOnlyList<int> Rows, byte[] Keys)
    {
        public AlignmentResult ToResult() => new(
            Rows, Keys, [.. Passes.Select(p => new AlignmentPass(p.Sizes.ToDictionary(s => new PartyId(s.Key), s => s.Value), p.Patients))], Id);
    }

    private sealed record Pass(IReadOnlyDictionary<string, int> Sizes, int Patients);
}
