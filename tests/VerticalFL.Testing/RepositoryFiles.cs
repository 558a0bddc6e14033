namespace VerticalFL.Testing;

/// <summary>Files of the repository, found by walking up from the test assembly to the solution.</summary>
public static class RepositoryFiles
{
    /// <summary>The directory that holds VerticalFL.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path inside the repository.</summary>
    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The shared real data beside the repository, or null when it is absent.</summary>
    public static string? SharedData { get; } =
        Path.GetFullPath(Path.Combine(Root, "..", "shared", "data")) is var path && Directory.Exists(path) ? path : null;

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "VerticalFL.sln")))
            {
                return d.FullName;
            }
        }

        throw new InvalidOperationException("VerticalFL.sln was not found above the test assembly.");
    }
}
