using VerticalFL.Training.SecureAggregation;
using Xunit;

namespace VerticalFL.Training.Tests.SecureAggregation;

public sealed class RingSumTests
{
    [Fact]
    public void Sums_and_differences_wrap_in_every_lane_and_in_the_tail()
    {
        var random = new Random(6);
        uint[] a = [.. Enumerable.Range(0, 45).Select(_ => (uint)random.NextInt64(1L << 32))];
        uint[] b = [.. Enumerable.Range(0, 45).Select(_ => (uint)random.NextInt64(1L << 32))];
        ushort[] c = [.. a.Select(x => (ushort)x)];
        ushort[] d = [.. b.Select(x => (ushort)x)];
        uint[] wide = [.. a];
        ushort[] narrow = [.. c];

        RingSum.Add<uint>(wide, b);
        RingSum.Add<ushort>(narrow, d);
        Assert.Equal(a.Zip(b, (x, y) => unchecked(x + y)), wide);
        Assert.Equal(c.Zip(d, (x, y) => unchecked((ushort)(x + y))), narrow);
        RingSum.Subtract<uint>(wide, b);
        RingSum.Subtract<ushort>(narrow, d);

        Assert.Equal(a, wide);
        Assert.Equal(c, narrow);
    }

    [Fact]
    public void Different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RingSum.Add<ushort>(new ushort[3], new ushort[4]));
        Assert.Throws<ArgumentException>(() => RingSum.Subtract<uint>(new uint[3], new uint[4]));
    }
}
