using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

public sealed class PlacedKeysTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(70_000)]
    public void Sort_orders_by_all_but_the_last_bits_and_keeps_places(int count)
    {
        var keys = new UInt128[count];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(keys.AsSpan()));
        int[] places = [.. Enumerable.Range(0, count).Select(i => (7 * i) - 1)];
        using PlacedKeys sorted = Tags.Sort(keys, places), bare = Tags.Sort(keys, []);

        Assert.Equal(keys.Zip(places).OrderBy(k => k.First).Select(k => k.Second), sorted.Records.ToArray().Select(PlacedKeys.PlaceOf));
        Assert.Equal(keys.Select(k => k >> 32).Order(), bare.Records.ToArray().Select(r => r >> 32));
    }
}
