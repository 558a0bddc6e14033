using System.Text;
using System.Text.RegularExpressions;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Messages.Tests;

/// <summary>The index of the specifications, <c>protocols/README.md</c>.</summary>
public sealed class SpecificationIndexTests
{
    private static readonly string Index = File.ReadAllText(RepositoryFiles.PathTo("protocols", "README.md"));

    [Fact]
    public void Index_links_every_specification()
    {
        IEnumerable<string> folders = Directory.GetFiles(RepositoryFiles.PathTo("protocols"), "README.md", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(RepositoryFiles.PathTo("protocols"), f).Replace('\\', '/'))
            .Where(f => f != "README.md");

        Assert.All(
            folders, f => Assert.True(Index.Contains($"]({f})", StringComparison.Ordinal), $"Add a row for {f} to protocols/README.md."));
    }

    [Fact]
    public void Studies_shown_in_the_index_expand()
    {
        MatchCollection shown = Regex.Matches(Index, "```json\n(\\{.*?\\})\n```", RegexOptions.Singleline);

        Assert.Equal(2, shown.Count);
        Assert.All(shown, s => StudyDocument.Expand(Encoding.UTF8.GetBytes(s.Groups[1].Value)));
    }
}
