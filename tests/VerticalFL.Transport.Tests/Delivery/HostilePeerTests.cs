using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>A peer inside TLS that breaks the protocol is refused with a reason, and nothing large is allocated for it.</summary>
public sealed class HostilePeerTests
{
    private static readonly byte[] Ping = MessageCodec.Encode(new Ping(5));

    public static TheoryData<string, byte[], string> Violations => new()
    {
        { "length 2^31-1", RawPeer.Raw(int.MaxValue, 4), "A frame of kind 4 and length 2147483647 is not allowed." },
        { "length 0", RawPeer.Raw(0, 6), "A frame of kind 6 and length 0 is not allowed." },
        { "negative length", RawPeer.Raw(-1, 4), "A frame of kind 4 and length 4294967295 is not allowed." },
        { "unknown kind", RawPeer.Raw(1, 99), "A frame of kind 99 and length 1 is not allowed." },
        { "no kind", RawPeer.Raw(1, 0), "A frame of kind 0 and length 1 is not allowed." },
        { "chunk too long", RawPeer.Raw(65546, 5), "A frame of kind 5 and length 65546 is not allowed." },
        { "second hello", FrameFormat.Bytes(FrameKind.Hello, RawPeer.Hello().Encode()), "A frame of kind 1 came where none may." },
        { "closed before close", RawPeer.Number(FrameKind.Closed, 0), "A frame of kind 9 came where none may." },
        { "no data", RawPeer.Raw(13, 4, new byte[12]), "A data frame holds no data." },
        { "gap", RawPeer.Data(2, Ping.Length, Ping), "Frame 2 came where 1 was due." },
        { "negative sequence", RawPeer.Data(-1, Ping.Length, Ping), "Frame -1 came where 1 was due." },
        { "message of 2^31-1", RawPeer.Data(1, int.MaxValue, Ping), "A message of 2147483647 bytes began with 3." },
        { "message shorter than said", RawPeer.Data(1, Ping.Length + 1, Ping), "A message of 4 bytes began with 3." },
        { "unknown type", RawPeer.Data(1, 4, [0x92, 0xcd, 0xff, 0xff]), "There is no message number 65535." },
        { "no message", RawPeer.Data(1, 3, [1, 2, 3]), "Expected an array." },
        { "over the type's limit", RawPeer.Data(1, 100_000, [.. Ping, .. new byte[(64 * 1024) - Ping.Length]]), "Ping has 100000 bytes; its limit is 16." },
        { "chunk outside a message", RawPeer.Data(1, -1, Ping), "A chunk came outside a message." },
        { "ack of what was not sent", RawPeer.Number(FrameKind.Ack, 1), "Frame 1 is acknowledged but was not sent." },
        { "negative ack", RawPeer.Number(FrameKind.Ack, -1), "A frame's sequence number is malformed." },
        { "ack too short", RawPeer.Raw(2, 6, 1), "A frame's sequence number is malformed." },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Violation_ends_the_channel_with_the_reason_on_both_sides(string name, byte[] bytes, string problem)
    {
        _ = name;
        (RawPeer peer, Channel channel) = await GreetedAsync(new ChannelOptions());

        await peer.SendAsync(bytes);

        PeerProtocolException broken = await Assert.ThrowsAsync<PeerProtocolException>(async () => await channel.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());
        Assert.EndsWith(problem, broken.Message, StringComparison.Ordinal);
        Assert.Equal(TestChannels.B, broken.Peer);
        Assert.EndsWith(problem, FrameFormat.ReadReason(await peer.ExpectAsync(FrameKind.Refusal)), StringComparison.Ordinal);
        await Assert.ThrowsAsync<PeerProtocolException>(async () => await channel.SendAsync(new Ping(1), CancellationToken.None));
        peer.HangUp();
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Huge_lengths_allocate_nothing_large()
    {
        (RawPeer peer, Channel channel) = await GreetedAsync(TestChannels.Options);
        byte[] begin = RawPeer.Data(1, 256 * 1024 * 1024, [.. Ping, .. new byte[(64 * 1024) - Ping.Length]]);
        long before = GC.GetTotalAllocatedBytes();

        await peer.SendAsync(begin);
        await peer.SendAsync(RawPeer.Raw(int.MaxValue, 5));
        await Assert.ThrowsAsync<PeerProtocolException>(async () => await channel.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());

        // Other tests run beside this one, so the bound is loose; 256 MiB would break it all the same.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 200L * 1024 * 1024);
        peer.HangUp();
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Message_inside_a_message_and_window_overrun_are_refused()
    {
        (RawPeer peer, Channel channel) = await GreetedAsync(new ChannelOptions { WindowBytes = ChannelOptions.SmallestWindow, LimitOf = TestChannels.Options.LimitOf });
        byte[] chunk = new byte[64 * 1024];
        Ping.CopyTo(chunk, 0);

        await peer.SendAsync(RawPeer.Data(1, 10 * chunk.Length, chunk));
        await peer.SendAsync(RawPeer.Data(2, 10 * chunk.Length, chunk));

        PeerProtocolException broken = await Assert.ThrowsAsync<PeerProtocolException>(async () => await channel.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());
        Assert.True(
            broken.Message.EndsWith("A message began inside another.", StringComparison.Ordinal) || broken.Message.EndsWith("It sent more than the window allows.", StringComparison.Ordinal),
            broken.Message);
        peer.HangUp();
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Unread_messages_beyond_the_window_are_refused()
    {
        (RawPeer peer, Channel channel) = await GreetedAsync(new ChannelOptions { WindowBytes = ChannelOptions.SmallestWindow });

        // 35 units each: far more than two windows of 131072, and nobody reads.
        var flood = new List<byte>();
        for (int i = 1; i <= 10_000; i++)
        {
            flood.AddRange(RawPeer.Data(i, Ping.Length, Ping));
        }

        Task sending = peer.SendAsync([.. flood]);
        Assert.EndsWith("It sent more than the window allows.", FrameFormat.ReadReason(await peer.ExpectAsync(FrameKind.Refusal)), StringComparison.Ordinal);
        peer.HangUp();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Duplicate_frames_are_dropped()
    {
        (RawPeer peer, Channel channel) = await GreetedAsync(new ChannelOptions());
        byte[] second = MessageCodec.Encode(new Ping(6));
        await peer.SendAsync([.. RawPeer.Data(1, Ping.Length, Ping), .. RawPeer.Data(1, Ping.Length, Ping), .. RawPeer.Data(2, second.Length, second)]);

        Assert.Equal(5, (await channel.ReceiveAsync<Ping>(CancellationToken.None)).Number);
        Assert.Equal(6, (await channel.ReceiveAsync<Ping>(CancellationToken.None)).Number);
        peer.HangUp();
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Truncated_frame_is_a_cut_and_the_whole_one_comes_with_the_next_link()
    {
        (Stream first, Stream ours) = InMemoryLink.CreateStreams();
        (Stream second, Stream ours2) = InMemoryLink.CreateStreams();
        var dialer = new TestChannels.QueueDialer(ours, ours2);
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, dialer, TestChannels.Options with { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        RawPeer peer = await new RawPeer(first).GreetAsync();
        await peer.SendAsync(RawPeer.Data(1, Ping.Length, Ping)[..^1]);
        peer.HangUp();

        peer = await new RawPeer(second).GreetAsync();
        byte[] welcome = await peer.ExpectAsync(FrameKind.Welcome);
        await peer.SendAsync(RawPeer.Data(1, Ping.Length, Ping));

        Assert.Equal(0, FrameFormat.ReadNumber(TestChannels.A, welcome));
        Assert.Equal(5, (await channel.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        peer.HangUp();
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Position_that_was_never_sent_is_refused()
    {
        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours));
        RawPeer peer = await new RawPeer(theirs).GreetAsync(received: 7);

        Assert.Contains("It has received up to frame 7", FrameFormat.ReadReason(await peer.ExpectAsync(FrameKind.Refusal)), StringComparison.Ordinal);
        peer.HangUp();
        await Assert.ThrowsAsync<PeerProtocolException>(async () => await channel.ReceiveAnyAsync(CancellationToken.None).AsTask().SoonAsync());
        await channel.DisposeAsync();
    }

    private static async Task<(RawPeer Peer, Channel Channel)> GreetedAsync(ChannelOptions options)
    {
        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours), options with { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        RawPeer peer = await new RawPeer(theirs).GreetAsync();
        await peer.ExpectAsync(FrameKind.Welcome);
        return (peer, channel);
    }
}
