namespace VerticalFL.Cli.Commands;

/// <summary>An output directory that is made when there is something to put into it, and refused beforehand when it is not empty.</summary>
internal sealed class OutputFolder
{
    private OutputFolder(string path) => FullPath = path;

    public string FullPath { get; }

    public static OutputFolder Choose(string path, bool force)
    {
        string full = Path.GetFullPath(path);
        if (File.Exists(full))
        {
            throw new VerbException(ExitCodes.OutputExists, $"{path} is a file: choose another --out.");
        }

        RequireWritable(path, full);
        return force || !Directory.Exists(full) || !Directory.EnumerateFileSystemEntries(full).Any()
            ? new OutputFolder(full)
            : throw new VerbException(ExitCodes.OutputExists, $"{path} is not empty: choose another --out, or say --force.");
    }

    /// <summary>A folder in it, made when there is something to put into it.</summary>
    public OutputFolder In(string name) => new(Path.Combine(FullPath, name));

    // Refused now rather than after an hour of training.
    private static void RequireWritable(string path, string full)
    {
        string nearest = full;
        while (!Path.Exists(nearest))
        {
            nearest = Path.GetDirectoryName(nearest)!;
        }

        try
        {
            using FileStream probe = new(
                Path.Combine(nearest, $".vfl-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbException(ExitCodes.FileAccess, $"Nothing can be written below {nearest}, where --out {path} would be: choose another --out, or mend its permissions.", e);
        }
    }

    /// <summary>Writes files whole: each through a temporary name beside it.</summary>
    public void Write(params ReadOnlySpan<(string Name, byte[] Content)> files)
    {
        Directory.CreateDirectory(FullPath);
        foreach ((string name, byte[] content) in files)
        {
            string path = Path.Combine(FullPath, name), temporary = path + ".tmp";
            try
            {
                File.WriteAllBytes(temporary, content);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }
}
