using VerticalFL.Governance.Storage;

namespace VerticalFL.Cli.Commands;

/// <summary>An output file about patients: refused beforehand when it exists, written whole, readable by its owner alone.</summary>
internal sealed class OutputFile
{
    private OutputFile(string path) => FullPath = path;

    public string FullPath { get; }

    public static OutputFile Choose(string path, bool force)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new VerbException(ExitCodes.OutputExists, $"{path} is a directory: give the name of a file as --out.");
        }

        if (File.Exists(full) && !force)
        {
            throw new VerbException(ExitCodes.OutputExists, $"{path} exists: choose another --out, or say --force.");
        }

        return Directory.Exists(Path.GetDirectoryName(full))
            ? new OutputFile(full)
            : throw new VerbException(ExitCodes.FileNotFound, $"{path}: there is no directory {Path.GetDirectoryName(full)}: make it first.");
    }

    public void Write(ReadOnlySpan<byte> content) => AtomicFile.Write(FullPath, content);
}
