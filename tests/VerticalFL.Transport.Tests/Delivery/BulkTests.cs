using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>Large messages, and what they must not hold up.</summary>
public sealed class BulkTests
{
    [Fact]
    public async Task Messages_around_every_boundary_arrive_whole()
    {
        (Channel a, Channel b) = TestChannels.Pair();

        // A blob of n bytes is a message of n and up to 8 bytes more: one chunk, exactly full chunks, one byte over.
        int[] sizes = [0, 1, 245, 246, 247, 4_090, 4_100, 16_384, .. Enumerable.Range(65_520, 20), .. Enumerable.Range(131_056, 20), 4_194_304, 4_194_305];
        await Talk.BothWaysAsync(a, b, sizes).SoonAsync();
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Largest_message_there_may_be_arrives_whole()
    {
        if (!LongRun.Wanted)
        {
            Assert.Skip("A message of 256 MiB takes a gigabyte of memory; set VFL_LONG=1 to send one. The next smaller test sends 40 MiB.");
        }

        (Channel a, Channel b) = TestChannels.Pair();
        int[] sizes = [(256 * 1024 * 1024) - 7, 1];
        await Task.WhenAll(Talk.SendAsync(a, sizes), Talk.ReceiveAsync(b, sizes)).WaitAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((256L * 1024 * 1024) + 5, b.BytesReceived);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Chunk_that_takes_longer_than_the_silence_limit_is_no_silence()
    {
        // The peer delivers one chunk of 64 KiB in small pieces over several minutes: every byte is a sign of life.
        var time = new ManualTime();
        (Stream theirs, Stream inner) = InMemoryLink.CreateStreams();
        var ours = new WatchedStream(inner);
        var dialer = new TestChannels.QueueDialer(ours);
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, dialer, time: time);
        RawPeer peer = await new RawPeer(theirs).GreetAsync();
        await peer.ExpectAsync(FrameKind.Welcome);
        byte[] message = Messages.MessageCodec.Encode(TestBlob.Of(1, 60_000));
        byte[] frame = RawPeer.Data(1, message.Length, message);
        Task<TestBlob> receiving = channel.ReceiveAsync<TestBlob>(CancellationToken.None).AsTask();
        Task heard = HearAsync(peer);
        long sent = RawPeer.Hello().Encode().Length + FrameFormat.HeaderSize + RawPeer.Number(FrameKind.Welcome, 0).Length;
        for (int at = 0; at < frame.Length; at += 4_000)
        {
            int end = Math.Min(at + 4_000, frame.Length);
            await peer.SendAsync(frame[at..end]);
            sent += end - at;

            // The clock moves between pieces and not before they are read.
            await Eventually.TrueAsync(() => ours.HasDealtWith(sent));
            time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(TestBlob.Of(1, 60_000).Bytes.ToArray(), (await receiving.SoonAsync()).Bytes.ToArray());
        Assert.Equal(1, dialer.Dialled);
        peer.HangUp();
        await heard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Task disposing = channel.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return disposing.IsCompleted;
        });
    }

    [Fact]
    public async Task Bulk_one_way_holds_up_neither_answers_nor_acknowledgements_of_the_other()
    {
        (Channel a, Channel b) = TestChannels.Pair(options: TestChannels.Options with { WindowBytes = 1024 * 1024 });
        int[] bulk = [40 * 1024 * 1024];
        Task sending = Talk.SendAsync(a, bulk);
        Task receiving = Talk.ReceiveAsync(b, bulk);

        // While 40 windows' worth pass one way, a hundred small questions go the other way.
        for (int i = 0; i < 100; i++)
        {
            await b.SendAsync(new Ping(i), CancellationToken.None);
            Assert.Equal(i, (await a.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        }

        await Task.WhenAll(sending, receiving).WaitAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Acknowledgement_goes_between_chunks_of_bulk()
    {
        // Two megabytes wait to be sent. The peer sends a quarter of its window: the acknowledgement must not wait behind them.
        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(
            TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours), TestChannels.Options with { WindowBytes = 8 * 1024 * 1024, CloseTimeout = TimeSpan.FromMilliseconds(50) });
        RawPeer peer = await new RawPeer(theirs).GreetAsync();
        await peer.ExpectAsync(FrameKind.Welcome);
        await channel.SendAsync(TestBlob.Of(1, 6 * 1024 * 1024), CancellationToken.None);
        byte[] message = Messages.MessageCodec.Encode(TestBlob.Of(1, 60_000));
        await peer.SendAsync(RawPeer.Data(1, message.Length, message));

        int chunks = 0;
        FrameKind kind;
        while ((kind = (await peer.Reader.ReadAsync(CancellationToken.None).AsTask().SoonAsync()).Kind) != FrameKind.Ack)
        {
            Assert.True(kind is FrameKind.DataFirst or FrameKind.DataNext);
            chunks++;
        }

        // A megabyte of the link's own memory was ahead of it.
        Assert.InRange(chunks, 0, 40);
        peer.HangUp();
        await channel.DisposeAsync();
    }

    private static async Task HearAsync(RawPeer peer)
    {
        while (true)
        {
            await peer.Reader.ReadAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Acknowledgement_overtakes_bulk_between_chunks()
    {
        // The peer reads as slowly as it likes, and sends something in the middle of 4 MiB: its acknowledgement comes behind the chunks that are on
        // their way, long before the message's end.
        (Stream theirs, Stream ours) = InMemoryLink.CreateStreams();
        Channel channel = TestChannels.Start(
            TestChannels.A, TestChannels.B, new TestChannels.QueueDialer(ours), TestChannels.Options with { CloseTimeout = TimeSpan.FromMilliseconds(50) });
        RawPeer peer = await new RawPeer(theirs).GreetAsync();
        await peer.ExpectAsync(FrameKind.Welcome);
        await channel.SendAsync(TestBlob.Of(1, 4 * 1024 * 1024), CancellationToken.None);
        await peer.ExpectAsync(FrameKind.DataFirst);
        byte[] ping = Messages.MessageCodec.Encode(new Ping(1));
        await peer.SendAsync(RawPeer.Data(1, ping.Length, ping));
        await channel.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync();

        int chunks = 0;
        Frame frame = await peer.Reader.ReadAsync(CancellationToken.None).AsTask().SoonAsync();
        for (; frame.Kind == FrameKind.DataNext; chunks++)
        {
            frame = await peer.Reader.ReadAsync(CancellationToken.None).AsTask().SoonAsync();
        }

        Assert.Equal(FrameKind.Ack, frame.Kind);

        // The link in memory holds sixteen chunks; the message has sixty-four.
        Assert.InRange(chunks, 0, 20);
        peer.HangUp();
        await channel.DisposeAsync();
    }
}
