using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

public sealed class AllowanceTests
{
    private static readonly PartyId A = new("alpha");
    private static readonly PartyId B = new("beta");

    [Fact]
    public void Each_party_has_its_own_and_gets_it_back_evenly()
    {
        var time = new ManualTime();
        var allowance = new Allowance(10, TimeSpan.FromSeconds(10), time);

        Assert.Equal(10, Take(allowance, A, 15));
        Assert.Equal(10, Take(allowance, B, 15));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, Take(allowance, A, 15));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Take(allowance, A, 15));
    }

    private static int Take(Allowance allowance, PartyId party, int times) => Enumerable.Range(0, times).Count(_ => allowance.TryTake(party));
}
