using System.Collections.Frozen;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Transport.Tests;

/// <summary>Messages that are read apart: whatever of the conversation is unread, once each, and not among the conversation.</summary>
public sealed class ApartTests
{
    private static readonly ChannelOptions Options = TestChannels.Options with { Apart = FrozenSet.Create(MessageType.Ping) };

    [Fact]
    public async Task Message_apart_is_read_past_an_unread_conversation_and_the_conversation_without_it()
    {
        (Channel a, Channel b) = TestChannels.Pair(options: Options);
        await a.SendAsync(TestBlob.Of(1, 300_000), CancellationToken.None);
        await a.SendAsync(new Ping(1), CancellationToken.None);
        await a.SendAsync(TestBlob.Of(2, 10), CancellationToken.None);
        await a.SendAsync(new Ping(2), CancellationToken.None);

        Assert.Equal(new Ping(1), await b.ReceiveApartAsync<Ping>(CancellationToken.None).AsTask().SoonAsync());
        Assert.Equal(new Ping(2), await b.ReceiveApartAsync<Ping>(CancellationToken.None).AsTask().SoonAsync());
        Assert.Equal(TestBlob.Of(1, 300_000).Bytes.ToArray(), (await b.ReceiveAsync<TestBlob>(CancellationToken.None)).Bytes.ToArray());
        Assert.Equal(TestBlob.Of(2, 10).Bytes.ToArray(), (await b.ReceiveAsync<TestBlob>(CancellationToken.None)).Bytes.ToArray());
        Assert.Equal(a.BytesSent, b.BytesReceived);
        Assert.InRange(a.BytesSent, 300_010, 300_040);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Both_readers_wait_at_once_and_both_hear_the_end()
    {
        (Channel a, Channel b) = TestChannels.Pair(options: Options);
        Task<TestBlob> conversation = b.ReceiveAsync<TestBlob>(CancellationToken.None).AsTask();
        Task<Ping> apart = b.ReceiveApartAsync<Ping>(CancellationToken.None).AsTask();
        await a.SendAsync(new Ping(7), CancellationToken.None);
        Assert.Equal(new Ping(7), await apart.SoonAsync());

        apart = b.ReceiveApartAsync<Ping>(CancellationToken.None).AsTask();
        await a.DisposeAsync();

        await Assert.ThrowsAsync<ChannelLostException>(() => conversation.SoonAsync());
        await Assert.ThrowsAsync<ChannelLostException>(() => apart.SoonAsync());
        await b.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Links_that_break_and_replay_deliver_each_once_and_in_order(int seed)
    {
        const int Count = 200;
        var random = new Random(seed);
        Stream Spoil(Stream s)
        {
            lock (random)
            {
                return new SpoiltStream(s, 400 + random.Next(20_000));
            }
        }

        (Channel a, Channel b) = TestChannels.Pair(Spoil, Spoil, Options);
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
            {
                await a.SendAsync(TestBlob.Of(i, 500), CancellationToken.None);
                await a.SendAsync(new Ping(i), CancellationToken.None);
            }
        });
        Task<List<int>> apart = Task.Run(async () =>
        {
            var numbers = new List<int>();
            while (numbers.Count < Count)
            {
                numbers.Add((await b.ReceiveApartAsync<Ping>(CancellationToken.None)).Number);
            }

            return numbers;
        });
        for (int i = 0; i < Count; i++)
        {
            TestBlob blob = await b.ReceiveAsync<TestBlob>(CancellationToken.None).AsTask().SoonAsync();
            Assert.True(TestBlob.Of(i, 500).Bytes.Span.SequenceEqual(blob.Bytes.Span));
        }

        await sending.SoonAsync();
        Assert.Equal(Enumerable.Range(0, Count), await apart.SoonAsync());
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }
}
