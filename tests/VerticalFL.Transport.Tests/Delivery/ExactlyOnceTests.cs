using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>Whatever happens to links: every message once, in order, whole.</summary>
public sealed class ExactlyOnceTests
{
    private const int HelloAndWelcome = 170;

    [Fact]
    public async Task Small_messages_survive_a_cut_at_any_byte()
    {
        // 30 messages of 1 to 59 bytes: the positions cover every boundary and the inside of hello, welcome, data and ack.
        await Task.WhenAll(Enumerable.Range(0, 120).Select(i => CutOnceAsync((7 * i) + 1, Enumerable.Range(0, 30).Select(m => 1 + (2 * m)).ToArray())));
    }

    [Theory]
    [InlineData(HelloAndWelcome)]
    [InlineData(HelloAndWelcome + (64 * 1024))]
    [InlineData(HelloAndWelcome + (64 * 1024) + 17)]
    [InlineData(HelloAndWelcome + (3 * 64 * 1024) - 1)]
    [InlineData(HelloAndWelcome + (1024 * 1024))]
    public async Task Large_messages_survive_a_cut_between_and_inside_chunks(int cutAfter)
    {
        await CutOnceAsync(cutAfter, [64 * 1024, 5, 200_000, 64 * 1024 - 5, 1_500_000, 1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Both_directions_survive_many_cuts(int seed)
    {
        var random = new Random(seed);
        Stream Spoil(Stream s)
        {
            lock (random)
            {
                return new SpoiltStream(s, 400 + random.Next(300_000));
            }
        }

        (Channel a, Channel b) = TestChannels.Pair(Spoil, Spoil);
        int[] sizes = [.. Enumerable.Range(0, 60).Select(i => i % 7 == 0 ? 100_000 + i : 10 * i)];
        await Talk.BothWaysAsync(a, b, sizes).SoonAsync();
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Stream_that_delivers_one_byte_at_a_time_changes_nothing()
    {
        (Channel a, Channel b) = TestChannels.Pair(s => new SpoiltStream(s, readAtMost: 1), s => new SpoiltStream(s, readAtMost: 1));
        int[] sizes = [1, 300, 70_000, 2];
        await Talk.BothWaysAsync(a, b, sizes).SoonAsync();
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    [Fact]
    public async Task Message_larger_than_the_window_and_than_the_first_allocation_arrives_whole()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        int[] sizes = [40 * 1024 * 1024 + 1];
        await Task.WhenAll(Talk.SendAsync(a, sizes), Talk.ReceiveAsync(b, sizes)).SoonAsync();
        Assert.Equal(a.BytesSent, b.BytesReceived);
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    [Fact]
    public async Task Both_sides_may_send_far_more_than_the_window_while_both_read()
    {
        ChannelOptions small = TestChannels.Options with { WindowBytes = 128 * 1024 };
        (Channel a, Channel b) = TestChannels.Pair(options: small);
        int[] sizes = [.. Enumerable.Repeat(50_000, 100)];
        await Talk.BothWaysAsync(a, b, sizes).SoonAsync();
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    [Fact]
    public async Task Sender_waits_for_a_reader_that_does_not_read_and_goes_on_when_it_does()
    {
        ChannelOptions small = TestChannels.Options with { WindowBytes = 256 * 1024 };
        (Channel a, Channel b) = TestChannels.Pair(options: small);
        int[] sizes = [.. Enumerable.Repeat(10_000, 300)];

        Task sending = Talk.SendAsync(a, sizes);
        long last = -1;
        await Eventually.TrueAsync(() =>
        {
            // Until the sender stands still: three looks of 5 ms without progress.
            bool still = a.BytesSent == last && !sending.IsCompleted;
            last = a.BytesSent;
            return still && last > 256 * 1024;
        });

        // Two windows, and what one more frame of bookkeeping allows.
        Assert.InRange(a.BytesSent, 256 * 1024, (2 * 256 * 1024) + (2 * 64 * 1024));
        await Talk.ReceiveAsync(b, sizes).SoonAsync();
        await sending.SoonAsync();
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    private static async Task CutOnceAsync(int cutAfter, int[] sizes)
    {
        int links = 0;
        (Channel a, Channel b) = TestChannels.Pair(s => links++ == 0 ? new SpoiltStream(s, cutAfter) : s);
        await Talk.BothWaysAsync(a, b, sizes).SoonAsync();
        await a.DisposeAsync();
        await b.DisposeAsync();
    }
}
