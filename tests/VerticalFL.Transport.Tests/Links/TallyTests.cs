using VerticalFL.Testing;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Links;

public sealed class TallyTests
{
    [Fact]
    public void First_is_told_and_the_rest_is_a_number_until_a_quiet_interval()
    {
        var time = new ManualTime();
        List<int> told = [];
        using var tally = new Tally(time, told.Add);

        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(_ => tally.IsFirst()));
        time.Advance(Tally.Interval);
        Assert.False(tally.IsFirst());
        time.Advance(Tally.Interval);
        Assert.Equal([2, 1], told);

        time.Advance(Tally.Interval);
        Assert.True(tally.IsFirst());
        Assert.Equal([2, 1], told);
    }

    [Fact]
    public void One_alone_brings_no_number()
    {
        var time = new ManualTime();
        using var tally = new Tally(time, _ => Assert.Fail("there were no more"));
        Assert.True(tally.IsFirst());
        time.Advance(5 * Tally.Interval);
    }
}
