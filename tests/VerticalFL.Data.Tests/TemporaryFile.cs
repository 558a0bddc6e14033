using System.Text;

namespace VerticalFL.Data.Tests;

/// <summary>A file that is gone after the test.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[] content)
    {
        File = System.IO.Path.Combine(Directory.CreateTempSubdirectory("vfl-data-").FullName, "rows.csv");
        System.IO.File.WriteAllBytes(File, content);
    }

    public TemporaryFile(string content)
        : this(Encoding.UTF8.GetBytes(content))
    {
    }

    public string File { get; }

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(File)!, recursive: true);
}
