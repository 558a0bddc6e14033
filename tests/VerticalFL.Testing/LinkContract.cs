using VerticalFL.Messages.Training;
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
        await Task.WhenAll(SendAsync(link.A, sizes), SendAsync(link.B, sizes), ReceiveAsync(link.A, sizes), ReceiveAsync(link.B, sizes)).SoonAsync();
    }

    [Fact]
    public async Task Cuts_change_nothing_but_the_clock()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions());
        int[] sizes = [.. Enumerable.Range(0, 40).Select(i => 4 * 40_000 * (i % 5))];
        Task talk = Task.WhenAll(SendAsync(link.A, sizes), SendAsync(link.B, sizes), ReceiveAsync(link.B, sizes));
        for (int i = 0; i < sizes.Length; i++)
        {
            if (i % 10 == 5)
            {
                link.Cut();
            }

            await ReceiveOneAsync(link.A, i, sizes[i]).SoonAsync();
        }

        await talk.SoonAsync();
    }

    [Fact]
    public async Task Closing_delivers_what_was_sent_and_is_told()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions());
        await SendAsync(link.A, [400_000, 4]);
        await link.A.DisposeAsync();

        await ReceiveAsync(link.B, [400_000, 4]).SoonAsync();
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await link.B.ReceiveAnyAsync(CancellationToken.None));
        Assert.EndsWith("closed it.", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_reader_stops_its_sender()
    {
        await using LinkUnderTest link = await OpenAsync(new ChannelOptions { WindowBytes = 256 * 1024 });
        int[] sizes = [.. Enumerable.Repeat(100_000, 200)];
        Task sending = SendAsync(link.A, sizes);
        long last = -1;
        await Eventually.TrueAsync(() =>
        {
            bool still = link.A.BytesSent == last && last > 256 * 1024;
            last = link.A.BytesSent;
            return still;
        });

        Assert.False(sending.IsCompleted);
        await ReceiveAsync(link.B, sizes).SoonAsync();
        await sending.SoonAsync();
    }

    /// <summary>Two ends of a channel over a new link of this kind.</summary>
    protected abstract Task<LinkUnderTest> OpenAsync(ChannelOptions options);

    private static MaskedActivations Message(int index, int size)
    {
        var values = new byte[size];
        new Random(index).NextBytes(values);
        return new MaskedActivations { Purpose = ActivationPurpose.Training, Step = index, Microbatch = 0, Values = values };
    }

    private static async Task SendAsync(Channel channel, int[] sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            await channel.SendAsync(Message(i, sizes[i]), CancellationToken.None);
        }
    }

    private static async Task ReceiveAsync(Channel channel, int[] sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            await ReceiveOneAsync(channel, i, sizes[i]);
        }
    }

    private static async Task ReceiveOneAsync(Channel channel, int index, int size)
    {
        MaskedActivations received = await channel.ReceiveAsync<MaskedActivations>(CancellationToken.None);
        MaskedActivations expected = Message(index, size);
        Assert.Equal(expected.Step, received.Step);
        Assert.True(expected.Values.Span.SequenceEqual(received.Values.Span), $"message {index} differs");
    }

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
