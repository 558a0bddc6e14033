using System.Runtime.InteropServices;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// Replaces files so that after a crash either the old or the new content is there, whole: temporary file in the same directory,
/// fsync, rename, fsync of the directory. On systems other than Linux and macOS the directory itself is not flushed.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Readable and writable by the owner only (0600).</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writable by the owner, readable by everybody (0644): certificates and lists that are public.</summary>
    public const UnixFileMode Public = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a file as a whole, replacing what stood there.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">The new content.</param>
    /// <param name="mode">The file's mode on Unix. Default: 0600.</param>
    /// <exception cref="IOException">The disk refused; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly)
    {
        using var pending = new PendingFile(path, mode);
        pending.Stream.Write(content);
        pending.Commit();
    }

    /// <summary>Writes a file as a whole from a callback, replacing what stood there; when the callback throws, the old content stands.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="write">Writes the new content.</param>
    /// <param name="mode">The file's mode on Unix. Default: 0600.</param>
    /// <exception cref="IOException">The disk refused; the old content stands.</exception>
    public static void Write(string path, Action<Stream> write, UnixFileMode mode = OwnerOnly)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var pending = new PendingFile(path, mode);
        write(pending.Stream);
        pending.Commit();
    }

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">The content.</param>
    /// <param name="mode">The file's mode on Unix. Default: 0600.</param>
    /// <exception cref="IOException">The file exists, or the disk refused.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly)
    {
        using (FileStream stream = OpenNew(path, mode))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        FlushDirectory(DirectoryOf(path));
    }

    /// <summary>Makes the directory's own entries durable: a rename or a new file survives a power cut only after this.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        const int readOnly = 0;
        int descriptor = NativeOpen(directory, readOnly);
        if (descriptor < 0)
        {
            throw new IOException($"The directory '{directory}' cannot be opened to flush it: error {Marshal.GetLastPInvokeError()}.");
        }

        int result = NativeFlush(descriptor);
        int error = Marshal.GetLastPInvokeError();
        NativeClose(descriptor);
        if (result != 0)
        {
            throw new IOException($"The directory '{directory}' cannot be flushed to disk: error {error}.");
        }
    }

    internal static string DirectoryOf(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("A file path is needed, not a root.", nameof(path));

    internal static FileStream OpenNew(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFlush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int NativeClose(int descriptor);
}
