using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Testing;

/// <summary>What every kind of link owes to the channels over it. A subclass for each kind.</summary>
public abstract class LinkContract
{
    [Fact]
    public async Task Messages_of_all_sizes_arrive_in_order_both_ways()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions());
        int[] sizes = [0, 4, 1000, 65_500, 65_536, 65_540, 1_048_576, 8, 5_000_000, 12];
        await Task.WhenAll(Conversation.SendAsync(link.A, sizes), Conversation.SendAsync(link.B, sizes), Conversation.ReceiveAsync(link.A, sizes), Conversation.ReceiveAsync(link.B, sizes)).SoonAsync();
    }

    [Fact]
    public async Task Cuts_change_nothing_but_the_clock()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions());
        int[] sizes = [.. Enumerable.Range(0, 40).Select(i => 4 * 40_000 * (i % 5))];
        Task talk = Task.WhenAll(Conversation.SendAsync(link.A, sizes), Conversation.SendAsync(link.B, sizes), Conversation.ReceiveAsync(link.B, sizes));
        for (int i = 0; i < sizes.Length; i++)
        {
            if (i % 10 == 5)
            {
                link.Cut();
            }

            await Conversation.ReceiveOneAsync(link.A, i, sizes[i]).SoonAsync();
        }

        await talk.SoonAsync();
    }

    [Fact]
    public async Task Closing_delivers_what_was_sent_and_is_told()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions());
        await Conversation.SendAsync(link.A, [400_000, 4]);
        await link.A.DisposeAsync();

        await Conversation.ReceiveAsync(link.B, [400_000, 4]).SoonAsync();
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await link.B.ReceiveAnyAsync(CancellationToken.None));
        Assert.EndsWith("closed it.", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_reader_stops_its_sender()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions { WindowBytes = 256 * 1024 });
        int[] sizes = [.. Enumerable.Repeat(100_000, 200)];
        Task sending = Conversation.SendAsync(link.A, sizes);
        long last = -1;
        await Eventually.TrueAsync(() =>
        {
            bool still = link.A.BytesSent == last && last > 256 * 1024;
            last = link.A.BytesSent;
            return still;
        });

        Assert.False(sending.IsCompleted);
        await Conversation.ReceiveAsync(link.B, sizes).SoonAsync();
        await sending.SoonAsync();
    }

    /// <summary>Two ends of a channel over a new link of this kind.</summary>
    protected abstract Task<LinkUnderTest> OpenAsync(ChannelOptions options);

    /// <summary>Two ends, a way to cut what is between them, and what has to go afterwards.</summary>
    public sealed record LinkUnderTest(Channel A, Channel B, Action Cut, Func<ValueTask> Dispose) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(A.DisposeAsync().AsTask(), B.DisposeAsync().AsTask());
            await Dispose();
        }
    }
}
