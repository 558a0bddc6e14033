using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>How channels open, close, wait, and end.</summary>
public sealed class ChannelLifeTests
{
    [Fact]
    public async Task Dispose_delivers_what_was_sent_and_tells_the_peer()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        for (int i = 0; i < 50; i++)
        {
            await a.SendAsync(new Ping(i), CancellationToken.None);
        }

        await a.DisposeAsync();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i, (await b.ReceiveAsync<Ping>(CancellationToken.None)).Number);
        }

        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await b.ReceiveAnyAsync(CancellationToken.None));
        Assert.Equal("The channel to party 'alpha' is lost: party 'alpha' closed it.", lost.Message);
        await Assert.ThrowsAsync<ChannelLostException>(async () => await b.SendAsync(new Ping(0), CancellationToken.None));
        await b.DisposeAsync();
        await b.DisposeAsync();
        await Assert.ThrowsAsync<ChannelLostException>(async () => await a.SendAsync(new Ping(0), CancellationToken.None));
        await Assert.ThrowsAsync<ChannelLostException>(async () => await a.ReceiveAnyAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Both_sides_may_dispose_at_once()
    {
        for (int i = 0; i < 20; i++)
        {
            (Channel a, Channel b) = TestChannels.Pair();
            await a.SendAsync(new Ping(1), CancellationToken.None);
            await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(4));
        }
    }

    [Fact]
    public async Task Cancelled_receive_loses_nothing()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        using var cancel = new CancellationTokenSource();
        ValueTask<Ping> waiting = b.ReceiveAsync<Ping>(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);

        await a.SendAsync(new Ping(3), CancellationToken.None);

        Assert.Equal(3, (await b.ReceiveAsync<Ping>(CancellationToken.None)).Number);
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    [Fact]
    public async Task Send_cancelled_in_the_middle_of_a_message_ends_the_channel_on_both_sides()
    {
        // A peer that acknowledges nothing: the window takes one chunk of the message and no more.
        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(
            TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours), TestChannels.Options with { WindowBytes = ChannelOptions.SmallestWindow, CloseTimeout = TimeSpan.FromMilliseconds(50) });
        RawPeer peer = await new RawPeer(theirs).GreetAsync();
        using var cancel = new CancellationTokenSource();
        Task sending = channel.SendAsync(TestBlob.Of(2, 1_000_000), cancel.Token).AsTask();
        await peer.ExpectAsync(FrameKind.DataFirst);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Equal("a send was cancelled in the middle of a message", FrameFormat.ReadReason(await peer.ExpectAsync(FrameKind.Refusal)));
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await channel.SendAsync(new Ping(1), CancellationToken.None));
        Assert.Equal("The channel to party 'beta' is lost: a send was cancelled in the middle of a message.", lost.Message);
        peer.HangUp();
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Restarted_peer_is_recognised_on_both_sides()
    {
        var link = new InMemoryLink();
        Channel a = TestChannels.Start(TestChannels.A, TestChannels.B, link.A);
        Stream current = await link.B.DialAsync(CancellationToken.None);
        Channel before = TestChannels.Start(TestChannels.B, TestChannels.A, new TestChannels.QueueDialer(current), TestChannels.Options with { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        await a.SendAsync(new Ping(1), CancellationToken.None);
        await before.ReceiveAsync<Ping>(CancellationToken.None);

        // The process of beta dies without a word, and its successor knows nothing.
        Channel after = TestChannels.Start(TestChannels.B, TestChannels.A, link.B);
        await current.DisposeAsync();

        ChannelLostException atA = await Assert.ThrowsAsync<ChannelLostException>(async () => await a.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());
        ChannelLostException atB = await Assert.ThrowsAsync<ChannelLostException>(async () => await after.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());
        Assert.Contains("party 'beta' restarted; a new attempt is needed", atA.Message, StringComparison.Ordinal);
        Assert.Contains("party 'beta' restarted; a new attempt is needed", atB.Message, StringComparison.Ordinal);
        await Task.WhenAll(a.DisposeAsync().AsTask(), after.DisposeAsync().AsTask(), before.DisposeAsync().AsTask());
    }

    public static TheoryData<string, string> Mismatches => new()
    {
        { "study", "it is at study 00000000 instead of abababab" },
        { "run", "it is at run 00000000 instead of cdcdcdcd" },
        { "attempt", "it is at attempt 2 instead of 1" },
        { "stream", "it opens another stream than 'align'" },
        { "from", "it says it is party gamma instead of beta" },
        { "to", "it wants party gamma instead of alpha" },
        { "version", "it speaks version 2 of the channel protocol instead of 1" },
        { "garbage", "its hello is malformed (Expected an array)" },
    };

    [Theory]
    [MemberData(nameof(Mismatches))]
    public async Task Hello_that_differs_is_refused_with_the_reason(string what, string reason)
    {
        ChannelBinding binding = TestChannels.Binding;
        byte[] hello = (what switch
        {
            "study" => RawPeer.Hello(binding with { Study = default }),
            "run" => RawPeer.Hello(binding with { Run = default }),
            "attempt" => RawPeer.Hello(binding with { Attempt = 2 }),
            "stream" => RawPeer.Hello(binding with { Stream = "train" }),
            "from" => RawPeer.Hello(from: new PartyId("gamma")),
            "to" => RawPeer.Hello(to: new PartyId("gamma")),
            _ => RawPeer.Hello(),
        }).Encode();
        if (what == "version")
        {
            hello[1] = 2;
        }
        else if (what == "garbage")
        {
            hello[0] = 0x01;
        }

        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours));
        var peer = new RawPeer(theirs);
        await peer.SendAsync(FrameFormat.Bytes(FrameKind.Hello, hello));

        Assert.Equal(reason, FrameFormat.ReadReason(await peer.ExpectAsync(FrameKind.Refusal)));
        peer.HangUp();
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await channel.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());
        Assert.Equal($"The channel to party 'beta' is lost: {reason}.", lost.Message);
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Deadline_passes_without_a_link_and_the_last_problem_is_told()
    {
        var time = new ManualTime();
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, new TestChannels.DeadDialer("the coordinator is on holiday"), time: time);
        Task<ReceivedMessage> waiting = channel.ReceiveAnyAsync(CancellationToken.None).AsTask();
        await RunAsync(time, waiting, TimeSpan.FromSeconds(5));

        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(() => waiting);
        Assert.Equal("The channel to party 'beta' is lost: no link came up within 00:15:00; the last problem was: the coordinator is on holiday.", lost.Message);
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Silent_link_is_cut_and_dialled_anew()
    {
        var time = new ManualTime();
        (Stream first, Stream ours) = InMemoryLink.CreateStreams();
        (Stream second, Stream ours2) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours, ours2), time: time);
        RawPeer silent = await new RawPeer(first).GreetAsync();
        await silent.ExpectAsync(FrameKind.Welcome);
        await channel.SendAsync(new Ping(9), CancellationToken.None);
        await silent.ExpectAsync(FrameKind.DataFirst);

        Task<RawPeer> greeting = new RawPeer(second).GreetAsync();
        await RunAsync(time, greeting, TimeSpan.FromSeconds(5));
        RawPeer again = await greeting;

        await silent.ExpectAsync(FrameKind.Heartbeat);
        byte[] replayed = await again.ExpectAsync(FrameKind.DataFirst);
        Assert.Equal(MessageCodec.Encode(new Ping(9)), replayed[12..]);
        again.HangUp();
        Task disposing = channel.DisposeAsync().AsTask();
        await RunAsync(time, disposing, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Observer_sees_every_message_inside()
    {
        var seen = new SeenMessages();
        (Channel a, Channel b) = TestChannels.Pair(options: TestChannels.Options with { Observer = seen });
        await a.SendAsync(new Ping(1), CancellationToken.None);
        await b.ReceiveAsync<Ping>(CancellationToken.None);

        Assert.Equal(["sent Ping to beta", "received Ping from alpha"], seen.Lines);
        Assert.Equal(3, a.BytesSent);
        Assert.Equal(3, b.BytesReceived);
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TestChannels.Pair(options: new ChannelOptions { WindowBytes = 1000 }));
        Assert.Throws<ArgumentException>(() => TestChannels.Pair(options: new ChannelOptions { SilenceLimit = TimeSpan.Zero }));
    }

    /// <summary>Moves the clock in steps until the task is done.</summary>
    private static async Task RunAsync(ManualTime time, Task task, TimeSpan step)
    {
        await Eventually.TrueAsync(() =>
        {
            time.Advance(step);
            return task.IsCompleted;
        });
    }

    private sealed class SeenMessages : IChannelObserver
    {
        public List<string> Lines { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message) => Lines.Add($"sent {type} to {peer}");

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message) => Lines.Add($"received {type} from {peer}");
    }
}
