using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

public sealed class UniformSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(1000)]
    [InlineData(20_000)]
    [InlineData(300_000)]
    public void Sort_puts_random_keys_and_their_places_in_order(int count)
    {
        var keys = new UInt128[count];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(keys.AsSpan()));
        Check(keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(126)]
    public void Sort_orders_keys_that_are_not_random_at_all(int shift) =>
        Check([.. Enumerable.Range(0, 5000).Select(i => (UInt128)(ulong)(i * 7919 % 5000) << shift)]);

    private static void Check(UInt128[] keys)
    {
        UInt128[] sorted = [.. keys];
        int[] places = [.. Enumerable.Range(0, keys.Length)];
        UniformSort.Sort(sorted, places);
        Assert.Equal(keys.Order(), sorted);
        Assert.Equal(sorted, places.Select(p => keys[p]));
        Assert.Equal(Enumerable.Range(0, keys.Length), places.Order());
    }
}
