using System.Xml.Linq;
using Xunit;

namespace VerticalFL.Architecture.Tests;

/// <summary>The project references are the trust boundary; this is the whole list.</summary>
public sealed class ReferenceGraphTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cryptography"] = [],
        ["Messages"] = [],
        ["Data"] = [],
        ["Transport"] = ["Cryptography", "Messages"],
        ["Governance"] = ["Cryptography", "Messages"],
        ["Alignment"] = ["Cryptography", "Messages", "Transport"],
        ["Training"] = ["Cryptography", "Data", "Messages", "Transport"],
        ["Training.TorchSharp"] = ["Cryptography", "Data", "Messages", "Training"],
        ["Coordinator"] = ["Governance", "Messages", "Transport"],
        ["Agent"] = ["Alignment", "Data", "Governance", "Messages", "Training", "Transport"],
        ["Simulation"] = ["Agent", "Coordinator", "Data", "Governance", "Messages", "Transport"],
        ["Cli"] = ["Agent", "Alignment", "Coordinator", "Data", "Governance", "Messages", "Simulation", "Training", "Transport"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_exactly_what_the_plan_allows(string project)
    {
        string[] references = [.. References(project).Order(StringComparer.Ordinal)];

        Assert.Equal(Allowed[project], references);
    }

    [Fact]
    public void Every_project_of_src_is_in_the_plan()
    {
        IEnumerable<string> found = Directory.GetDirectories(Path.Combine(Repository.Root, "src"), "VerticalFL.*")
            .Select(d => Path.GetFileName(d)["VerticalFL.".Length..]);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Coordinator_cannot_reach_patient_data_by_any_path()
    {
        HashSet<string> reached = [];
        Queue<string> open = new(["Coordinator"]);
        while (open.TryDequeue(out string? project))
        {
            foreach (string reference in References(project).Where(reached.Add))
            {
                open.Enqueue(reference);
            }
        }

        Assert.DoesNotContain("Alignment", reached);
        Assert.DoesNotContain("Training", reached);
        Assert.DoesNotContain("Data", reached);
        Assert.DoesNotContain("Agent", reached);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", $"VerticalFL.{project}", $"VerticalFL.{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)["VerticalFL.".Length..]);
}
