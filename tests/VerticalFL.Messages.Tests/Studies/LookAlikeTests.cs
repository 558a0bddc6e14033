using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

public sealed class LookAlikeTests
{
    [Theory]
    [InlineData("minimum_patients", "did you mean 'minimumPatients'?")]
    [InlineData("protocoll", "did you mean 'protocol'?")]
    [InlineData("potrocol", "did you mean 'protocol'?")]
    [InlineData("speed", "known here: protocol, minimumPatients.")]
    public void Hint_names_the_nearest_word_or_all(string written, string expected) =>
        Assert.Equal(expected, LookAlike.Hint(written, ["protocol", "minimumPatients"]));
}
