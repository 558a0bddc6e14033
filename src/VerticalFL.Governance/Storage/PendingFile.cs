namespace VerticalFL.Governance.Storage;

/// <summary>
/// The temporary file of one replacement, <c>name.RANDOM.tmp</c> beside it, so that two writers cannot commit each other's half. Disposed
/// without <see cref="Commit"/>, it is removed.
/// </summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _committed;

    public PendingFile(string path, UnixFileMode mode)
    {
        _path = Path.GetFullPath(path);
        _temporary = $"{_path}.{Guid.NewGuid():N}.tmp";
        Stream = AtomicFile.OpenNew(_temporary, mode);
    }

    public FileStream Stream { get; }

    /// <summary>Removes what crashes have left of earlier replacements; for files that have one writer at a time.</summary>
    public static void RemoveStrays(string path)
    {
        foreach (string stray in Directory.GetFiles(AtomicFile.DirectoryOf(path), Path.GetFileName(path) + ".*.tmp"))
        {
            File.Delete(stray);
        }
    }

    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
        AtomicFile.FlushDirectory(AtomicFile.DirectoryOf(_path));
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
        {
            File.Delete(_temporary);
        }
    }
}
