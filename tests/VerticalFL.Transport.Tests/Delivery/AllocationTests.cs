using VerticalFL.Transport.Tests.Hostile;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>A channel that has warmed up takes memory for the messages that arrive, and for little else.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    [Fact]
    public async Task Steady_state_allocates_the_arriving_messages_and_little_more()
    {
        const int Size = 60_000;
        (Channel a, Channel b) = TestChannels.Pair();
        TestBlob blob = TestBlob.Of(1, Size);
        await PassAsync(a, b, blob, 300);
        double each = double.MaxValue;

        // The whole process is counted: the round in which nothing else of it ran, and no pool grew, is the channel's own.
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await PassAsync(a, b, blob, 300);
            each = Math.Min(each, (GC.GetTotalAllocatedBytes(precise: true) - before) / 300.0);
        }

        // The test's own message copies its bytes when it is decoded: two arrays of its size. What one pair of tasks costs is the rest.
        Assert.InRange(each, Size, (2 * Size) + 3000);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    private static async Task PassAsync(Channel a, Channel b, TestBlob blob, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await a.SendAsync(blob, CancellationToken.None);
            await b.ReceiveAsync<TestBlob>(CancellationToken.None);
        }
    }
}
