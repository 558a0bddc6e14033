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
    public void Memory_that_serves_again_holds_zeros_and_no_two_buffers_share_any()
    {
        // Something has to be out, or all might go back to the system.
        using var anchor = new SecretBuffer<ulong>(1 << 18);
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            var held = new Queue<(SecretBuffer<ulong> Buffer, ulong Mark)>();
            for (ulong i = 1; i <= 60; i++)
            {
                var buffer = new SecretBuffer<ulong>(random.Next(1 << 17, 1 << 20));
                Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(0UL));
                ulong mark = (i << 8) | (uint)worker;
                buffer.Span.Fill(mark);
                held.Enqueue((buffer, mark));
                while (held.Count > random.Next(5))
                {
                    (SecretBuffer<ulong> oldest, ulong its) = held.Dequeue();
                    Assert.Equal(-1, oldest.Span.IndexOfAnyExcept(its));
                    oldest.Dispose();
                }
            }

            foreach ((SecretBuffer<ulong> buffer, ulong mark) in held)
            {
                Assert.Equal(-1, buffer.Span.IndexOfAnyExcept(mark));
                buffer.Dispose();
            }
        });
        Assert.Equal(-1, anchor.Span.IndexOfAnyExcept(0UL));
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
