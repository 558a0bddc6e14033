using VerticalFL.Cryptography.Keys;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Keys;

public sealed class SecretKeyTests
{
    [Fact]
    public void Generate_gives_fresh_bytes_of_the_length()
    {
        using SecretKey a = SecretKey.Generate(), b = SecretKey.Generate(), c = SecretKey.Generate(17);

        Assert.Equal(32, a.Length);
        Assert.Equal(17, c.Bytes.Length);
        Assert.False(a.FixedTimeEquals(b));
        Assert.False(a.FixedTimeEquals(c));
    }

    [Fact]
    public void CopyOf_compares_equal_and_is_independent()
    {
        byte[] bytes = [1, 2, 3];
        using SecretKey a = SecretKey.CopyOf(bytes), b = SecretKey.CopyOf(bytes);
        bytes[0] = 9;

        Assert.True(a.FixedTimeEquals(b));
        Assert.Equal(1, a.Bytes[0]);
    }

    [Fact]
    public unsafe void Dispose_zeroes_the_bytes_in_place()
    {
        SecretKey key = SecretKey.CopyOf([1, 2, 3]);
        fixed (byte* p = key.Bytes)
        {
            key.Dispose();

            Assert.Equal(new byte[3], new ReadOnlySpan<byte>(p, 3).ToArray());
        }

        Assert.Throws<ObjectDisposedException>(() => key.Bytes.Length);
    }

    [Fact]
    public void ToString_tells_nothing()
    {
        using SecretKey key = SecretKey.CopyOf([1, 2, 3]);

        Assert.Equal("[redacted]", $"{key}");
    }

    [Fact]
    public void Empty_keys_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.CopyOf([]));
    }
}
