using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// Writes a file so that after a crash at any moment either the old or the new content is there, whole: a temporary file in the same
/// directory, fsync, rename, fsync of the directory. Files are readable by their owner only (0600).
/// </summary>
public static partial class AtomicFile
{
    /// <summary>Replaces or makes the file.</summary>
    /// <param name="path">The file; its directory exists.</param>
    /// <param name="content">The whole content.</param>
    /// <exception cref="IOException">The file could not be written; the old content stands and no temporary file is left.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncDirectory(Path.GetDirectoryName(full)!);
    }

    /// <summary>Makes a rename or a new file in the directory durable. Windows has no such call and needs none.</summary>
    internal static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = OpenDirectory(directory, 0);
        if (handle.IsInvalid || Fsync(handle) != 0)
        {
            throw new IOException($"The directory {directory} could not be flushed to disk (errno {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);
}
