using System.Xml.Linq;
using Xunit;

namespace VerticalFL.Architecture.Tests;

/// <summary>The TorchSharp engine's packages weigh hundreds of megabytes and are not everywhere: restoring the solution never needs them.</summary>
public sealed class OptionalEngineTests
{
    private const string Condition = "'$(WithTorchSharp)' == 'true'";

    [Fact]
    public void The_solution_does_not_name_the_optional_engine() =>
        Assert.DoesNotContain("TorchSharp", File.ReadAllText(Path.Combine(Repository.Root, "VerticalFL.sln")), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Whoever_refers_to_it_or_to_its_packages_does_so_only_when_asked()
    {
        string[] projects =
        [
            .. new[] { "src", "tests", "samples" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
                .Append(Path.Combine(Repository.Root, "src", "Directory.Build.props"))
                .Append(Path.Combine(Repository.Root, "src", "Directory.Build.targets")),
        ];
        XElement[] references =
        [
            .. projects.SelectMany(project => XDocument.Load(project).Descendants())
                .Where(e => e.Name.LocalName is "PackageReference" or "PackageDownload" or "ProjectReference" or "Import")
                .Where(e => e.Attributes().Any(a => Names(a.Value))),
        ];

        Assert.Equal(3, references.Length);
        Assert.All(references, r => Assert.Equal(Condition, r.Parent!.Attribute("Condition")?.Value));

        static bool Names(string value) => value.Contains("torch", StringComparison.OrdinalIgnoreCase);
    }
}
