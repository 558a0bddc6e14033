using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>How soon a link that is back is found.</summary>
public sealed class RedialPolicyTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    [Fact]
    public void First_tries_wait_half_a_second_at_most_and_later_ones_what_the_options_say()
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            TimeSpan delay = RedialPolicy.Delay(attempt, Longest);
            Assert.InRange(delay, TimeSpan.FromMilliseconds(25), attempt < 10 ? TimeSpan.FromMilliseconds(501) : Longest + TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(RedialPolicy.Delay(1000, TimeSpan.FromMilliseconds(100)), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(101));
    }

    [Fact]
    public async Task At_most_two_seconds_are_lost_after_a_long_outage()
    {
        var time = new ManualTime();
        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        var dialer = new OutageDialer(ours);
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, dialer, time: time);

        // Eight minutes without a link. Two timers: the deadline's, and the wait before the next try.
        DateTimeOffset end = time.GetUtcNow() + TimeSpan.FromMinutes(8);
        while (time.GetUtcNow() < end)
        {
            await Eventually.TrueAsync(() => time.TimersSet == 2);
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await Eventually.TrueAsync(() => time.TimersSet == 2);
        dialer.IsOver = true;
        time.Advance(Longest + TimeSpan.FromMilliseconds(1));

        RawPeer peer = await new RawPeer(theirs).GreetAsync().SoonAsync();
        byte[] ping = Messages.MessageCodec.Encode(new Ping(3));
        await peer.SendAsync(RawPeer.Data(1, ping.Length, ping));
        Assert.Equal(3, (await channel.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        peer.HangUp();
        Task disposing = channel.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return disposing.IsCompleted;
        });
    }

    private sealed class OutageDialer(Stream afterwards) : ILinkDialer
    {
        private volatile bool _isOver;

        public bool IsOver
        {
            set => _isOver = value;
        }

        public Task<Stream> DialAsync(CancellationToken cancellationToken) =>
            _isOver ? Task.FromResult(afterwards) : Task.FromException<Stream>(new IOException("no way there"));
    }
}
