namespace VerticalFL.Testing;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>The directory's path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("vfl-test-").FullName;

    /// <summary>A path inside it; nothing is made.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
