namespace VerticalFL.Architecture.Tests;

internal static class Repository
{
    public static string Root { get; } = Find();

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
