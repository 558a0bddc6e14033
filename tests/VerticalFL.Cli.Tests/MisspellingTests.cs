using Xunit;

namespace VerticalFL.Cli.Tests;

public sealed class MisspellingTests
{
    [Theory]
    [InlineData("simulat", "simulate")]
    [InlineData("stuyd", "study")]
    [InlineData("--sed", "--seed")]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    public void NearestOf_is_the_name_within_two_slips(string word, string? name) =>
        Assert.Equal(name, Misspelling.NearestOf(word, ["demo", "study", "simulate", "ca", "--seed", "--out"]));
}
