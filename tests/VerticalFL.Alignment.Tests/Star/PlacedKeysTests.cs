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

    [Theory]
    [InlineData(20)]
    [InlineData(70_000)]
    public void Sort_without_the_last_bits_orders_the_others_and_keeps_places(int count)
    {
        var keys = new UInt128[count];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(keys.AsSpan()));
        int[] places = [.. Enumerable.Range(0, count).Select(i => (7 * i) - 1)];
        using PlacedKeys sorted = Tags.Sort(keys, places), bare = Tags.Sort(keys, []);

        Assert.Equal(keys.Zip(places).OrderBy(k => k.First).Select(k => k.Second), sorted.Records.ToArray().Select(PlacedKeys.PlaceOf));
        Assert.Equal(keys.Select(k => k >> 32).Order(), bare.Records.ToArray().Select(r => r >> 32));
        Assert.True(bare.Rest.IsEmpty);
    }

    private static void Check(UInt128[] keys)
    {
        int[] all = [.. Enumerable.Range(0, keys.Length)];
        using var sorted = new PlacedKeys(keys.Length, whole: true);
        sorted.Add(keys.AsSpan(0, keys.Length / 2), all);
        sorted.Add(keys.AsSpan(keys.Length / 2), all.AsSpan(keys.Length / 2));
        sorted.Sort();
        int[] places = [.. sorted.Records.ToArray().Select(PlacedKeys.PlaceOf)];
        Assert.Equal(keys.Order(), sorted.Records.ToArray().Zip(sorted.Rest.ToArray(), PlacedKeys.Key));
        Assert.Equal(keys.Order(), places.Select(p => keys[p]));
        Assert.Equal(all, places.Order());
    }
}
