using System.Text.Json.Nodes;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>The public data sets beside the repository, each with its sample study, as folders that a test may change.</summary>
internal static class PublicData
{
    /// <summary>A copy whose <c>study</c> is a folder for <c>vfl simulate</c>; the test is skipped where the data is missing.</summary>
    public static TemporaryDirectory Copy(string name, Action<JsonNode> change)
    {
        string data = RepositoryFiles.SharedData ?? "";
        if (data.Length == 0)
        {
            Assert.Skip("The public data sets are not beside the repository (../shared/data).");
        }

        var folder = new TemporaryDirectory();
        Directory.CreateDirectory(folder["study"]);
        foreach (string table in Directory.GetFiles(Path.Combine(data, name), "*.csv"))
        {
            File.Copy(table, folder["study", Path.GetFileName(table)]);
        }

        JsonNode study = JsonNode.Parse(File.ReadAllText(RepositoryFiles.PathTo("samples", "studies", name, "study.json")))!;
        change(study);
        File.WriteAllText(folder["study", "study.json"], study.ToJsonString());
        return folder;
    }
}
