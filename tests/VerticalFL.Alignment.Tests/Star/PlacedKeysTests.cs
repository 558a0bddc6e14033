using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

public sealed class PlacedKeysTests
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

    private static void Check(UInt128[] keys)
    {
        using var sorted = new PlacedKeys(keys.Length);
        sorted.Add(keys.AsSpan(0, keys.Length / 2));
        sorted.Add(keys.AsSpan(keys.Length / 2));
        sorted.Sort();
        int[] places = [.. Enumerable.Range(0, sorted.Count).Select(sorted.Place)];
        Assert.Equal(keys.Order(), Enumerable.Range(0, sorted.Count).Select(sorted.Key));
        Assert.Equal(keys.Order(), places.Select(p => keys[p]));
        Assert.Equal(Enumerable.Range(0, keys.Length), places.Order());
    }
}
