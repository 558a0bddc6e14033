using Xunit;

namespace VerticalFL.Transport.Tests;

/// <summary>Messages of given sizes over channels, compared byte for byte where they arrive.</summary>
internal static class Talk
{
    public static Task BothWaysAsync(Channel a, Channel b, int[] sizes) =>
        Task.WhenAll(SendAsync(a, sizes), SendAsync(b, sizes), ReceiveAsync(a, sizes), ReceiveAsync(b, sizes));

    public static async Task SendAsync(Channel channel, int[] sizes)
    {
        await Task.Yield();
        for (int i = 0; i < sizes.Length; i++)
        {
            await channel.SendAsync(TestBlob.Of(i, sizes[i]), CancellationToken.None);
        }
    }

    public static async Task ReceiveAsync(Channel channel, int[] sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            TestBlob blob = await channel.ReceiveAsync<TestBlob>(CancellationToken.None);
            Assert.True(blob.Bytes.Span.SequenceEqual(TestBlob.Of(i, sizes[i]).Bytes.Span), $"message {i} differs");
        }
    }
}
