namespace VerticalFL.Governance.Storage;

/// <summary>
/// The temporary file of one replacement. Its name is fixed (<c>name.tmp</c>), so what a crash leaves is overwritten by the next write
/// and never piles up. Disposed without <see cref="Commit"/>, it is removed.
/// </summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _committed;

    public PendingFile(string path, UnixFileMode mode)
    {
        _path = Path.GetFullPath(path);
        _temporary = _path + ".tmp";
        File.Delete(_temporary);
        Stream = DurableFile.OpenNew(_temporary, mode);
    }

    public FileStream Stream { get; }

    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _committed = true;
        DurableFile.FlushDirectory(DurableFile.DirectoryOf(_path));
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
