using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// Replaces files so that after a crash either the old or the new content is there, whole: temporary file in the same directory,
/// fsync, rename, fsync of the directory. Windows has no way to flush a directory and needs none.
/// </summary>
public static partial class AtomicFile
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

    /// <summary>Makes the directory's own entries durable: a rename or a new file survives a power cut only after this.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int readOnly = 0;
        using SafeFileHandle handle = NativeOpen(directory, readOnly);
        if (handle.IsInvalid || NativeFlush(handle) != 0)
        {
            throw new IOException($"The directory '{directory}' cannot be flushed to disk: error {Marshal.GetLastPInvokeError()}.");
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
    private static partial SafeFileHandle NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFlush(SafeFileHandle handle);
}
