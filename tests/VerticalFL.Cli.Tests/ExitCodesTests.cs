using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cli.Tests;

public sealed class ExitCodesTests
{
    [Fact]
    public void The_page_lists_every_code_as_the_program_does()
    {
        string page = File.ReadAllText(RepositoryFiles.PathTo("protocols", "exit-codes.md"));

        Assert.Equal(
            string.Join('\n', ExitCodes.All.Select(c => $"| {c.Code} | {c.Name} | {c.Meaning} | {c.Remedy} |")),
            string.Join('\n', page.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(l[2]))));
    }
}
