using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>A file system of its own in memory, which a test can fill to the last byte. The test is skipped where none may be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    public SmallDisk(string path, int megabytes = 16)
    {
        _path = path;
        Directory.CreateDirectory(path);
        string size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0700");
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", size, "small", path) != 0)
        {
            Assert.Skip("A disk that is really full needs a tmpfs, which only root may mount.");
        }
    }

    private string Filler => Path.Combine(_path, "filler");

    /// <summary>Takes all the room there is.</summary>
    public void Fill()
    {
        using FileStream filler = new(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose() => Run("umount", "-l", _path);

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
