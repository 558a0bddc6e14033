using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

public sealed class WholeKeysTests
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

    [Fact]
    public void Sort_orders_keys_that_differ_in_their_last_bits_only()
    {
        UInt128 upper = (UInt128)RandomNumberGenerator.GetInt32(int.MaxValue) << 96;
        Check([.. Enumerable.Range(0, 100).Select(i => upper | (uint)(i * 37 % 100))]);
        Check([.. Enumerable.Range(0, 100).Select(i => upper | (uint)(i * 37 % 10))]);
    }

    [Fact]
    public void Sort_keeps_keys_that_are_equal_with_places_of_their_own()
    {
        using var sorted = new WholeKeys(3000);
        sorted.Add([.. Enumerable.Repeat(UInt128.MaxValue, 3000)], [.. Enumerable.Range(0, 3000).Select(i => i % 7 == 0 ? -1 : i)]);
        sorted.Sort();

        Assert.Equal(Enumerable.Repeat(UInt128.MaxValue, 3000), sorted.Keys.ToArray());
        Assert.Equal(429, sorted.Places.ToArray().Count(p => p == -1));
    }

    private static void Check(UInt128[] keys)
    {
        int[] all = [.. Enumerable.Range(0, keys.Length)];
        using var sorted = new WholeKeys(keys.Length);
        foreach (int[] some in all.Chunk(WholeKeys.MaxAdded - 1))
        {
            sorted.Add(keys.AsSpan(some[0], some.Length), some);
        }

        sorted.Sort();
        int[] places = sorted.Places.ToArray();
        Assert.Equal(keys.Order(), sorted.Keys.ToArray());
        Assert.Equal(keys.Order(), places.Select(p => keys[p]));
        Assert.Equal(all, places.Order());
    }
}
