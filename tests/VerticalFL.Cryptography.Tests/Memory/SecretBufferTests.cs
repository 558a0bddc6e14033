using VerticalFL.Cryptography.Memory;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Memory;

public sealed class SecretBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData((1 << 18) - 1)]
    [InlineData(1 << 18)]
    [InlineData(3_000_000)]
    public void New_buffer_holds_zeros_also_where_another_has_been(int length)
    {
        for (int i = 0; i < 2; i++)
        {
            using var buffer = new SecretBuffer<ulong>(length);
            Assert.Equal(length, buffer.Length);
            Assert.Equal(length, buffer.Span.Length);
            Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0UL));
            buffer.Span.Fill(ulong.MaxValue);
        }
    }

    [Fact]
    public void Disposed_buffer_is_gone()
    {
        var buffer = new SecretBuffer<byte>(3 << 20);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SecretBuffer<byte>(-1));
    }
}
