using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Bulk through the relay: it survives the relay's own death, and one stream that stands still holds up no other.</summary>
public sealed class RelayBulkTests
{
    private const int Size = 400_000;
    private static readonly PartyId A = new("alpha");
    private static readonly PartyId B = new("beta");

    [Fact]
    public async Task Relay_that_dies_in_the_middle_of_bulk_is_found_again_and_nothing_is_lost()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        (Channel toB, Channel toA) = await OpenAsync(await relay.ConnectorAsync(A), await relay.ConnectorAsync(B), RelayPathTests.Binding);
        const int Messages = 120;
        Task sending = SendAsync(toB, Messages);
        for (int i = 0; i < Messages; i++)
        {
            if (i is 20 or 70)
            {
                await relay.RestartAsync();
            }

            await ReceiveAsync(toA, i);
        }

        await sending.SoonAsync();
        await Task.WhenAll(toA.DisposeAsync().AsTask(), toB.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Stream_that_nobody_reads_holds_up_no_other_stream_of_the_same_parties()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyConnector a = await relay.ConnectorAsync(A), b = await relay.ConnectorAsync(B);
        var options = new ChannelOptions { WindowBytes = 1024 * 1024 };
        (Channel slowToB, Channel slowToA) = await OpenAsync(a, b, RelayPathTests.Binding, options);
        (Channel toB, Channel toA) = await OpenAsync(a, b, RelayPathTests.Binding with { Stream = "other" }, options);
        Task stuck = SendAsync(slowToB, 40);
        long last = -1;
        await Eventually.TrueAsync(() =>
        {
            bool still = slowToB.BytesSent == last && last > options.WindowBytes;
            last = slowToB.BytesSent;
            return still;
        });

        // Sixteen windows pass beside the one that stands still.
        Task sending = SendAsync(toB, 40);
        for (int i = 0; i < 40; i++)
        {
            await ReceiveAsync(toA, i);
        }

        await sending.SoonAsync();
        Assert.False(stuck.IsCompleted);
        for (int i = 0; i < 40; i++)
        {
            await ReceiveAsync(slowToA, i);
        }

        await stuck.SoonAsync();
        await Task.WhenAll(new[] { toA, toB, slowToA, slowToB }.Select(c => c.DisposeAsync().AsTask()));
    }

    private static async Task<(Channel ToB, Channel ToA)> OpenAsync(PartyConnector a, PartyConnector b, ChannelBinding binding, ChannelOptions? options = null)
    {
        Task<Channel> toB = a.OpenAsync(B, binding, options ?? new(), CancellationToken.None);
        Task<Channel> toA = b.OpenAsync(A, binding, options ?? new(), CancellationToken.None);
        return (await toB.SoonAsync(), await toA.SoonAsync());
    }

    private static Task SendAsync(Channel channel, int messages) => Task.Run(async () =>
    {
        for (int i = 0; i < messages; i++)
        {
            await channel.SendAsync(Message(i), CancellationToken.None);
        }
    });

    private static async Task ReceiveAsync(Channel channel, int index)
    {
        using BorrowedMessage<MaskedActivations> received = await channel.BorrowAsync<MaskedActivations>(CancellationToken.None).AsTask().SoonAsync();
        Assert.Equal(index, received.Message.Step);
        Assert.True(received.Message.Values.Span.SequenceEqual(Message(index).Values.Span), $"message {index} differs");
    }

    private static MaskedActivations Message(int index)
    {
        var values = new byte[Size];
        new Random(index).NextBytes(values);
        return new MaskedActivations { Purpose = ActivationPurpose.Training, Step = index, Microbatch = 0, Values = values };
    }
}
