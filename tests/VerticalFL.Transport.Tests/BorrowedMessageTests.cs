using System.Runtime.InteropServices;
using VerticalFL.Messages.Training;
using Xunit;

namespace VerticalFL.Transport.Tests;

/// <summary>Memory of messages that were given back is used again, and no other.</summary>
public sealed class BorrowedMessageTests
{
    private const int Size = 100_000;

    [Fact]
    public async Task Memory_that_was_given_back_serves_the_next_message()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        byte[] first = await PassAsync(a, b, 1, Size);
        byte[] second = await PassAsync(a, b, 2, Size - 10);

        Assert.Same(first, second);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Memory_that_is_still_borrowed_or_was_never_lent_stays_as_it_is()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        await a.SendAsync(Message(1, Size), CancellationToken.None);
        using BorrowedMessage<MaskedActivations> held = await b.BorrowAsync<MaskedActivations>(CancellationToken.None);
        await a.SendAsync(Message(2, Size), CancellationToken.None);
        MaskedActivations kept = await b.ReceiveAsync<MaskedActivations>(CancellationToken.None);
        for (int i = 3; i < 10; i++)
        {
            await PassAsync(a, b, i, Size);
        }

        Assert.True(held.Message.Values.Span.SequenceEqual(Message(1, Size).Values.Span));
        Assert.True(kept.Values.Span.SequenceEqual(Message(2, Size).Values.Span));
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Giving_back_twice_lends_the_memory_once()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        await a.SendAsync(Message(1, Size), CancellationToken.None);
        BorrowedMessage<MaskedActivations> borrowed = await b.BorrowAsync<MaskedActivations>(CancellationToken.None);
        borrowed.Dispose();
        borrowed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => borrowed.Message);
        await a.SendAsync(Message(2, Size), CancellationToken.None);
        await a.SendAsync(Message(3, Size), CancellationToken.None);

        using BorrowedMessage<MaskedActivations> second = await b.BorrowAsync<MaskedActivations>(CancellationToken.None);
        using BorrowedMessage<MaskedActivations> third = await b.BorrowAsync<MaskedActivations>(CancellationToken.None);

        Assert.NotSame(MemoryOf(second.Message), MemoryOf(third.Message));
        Assert.True(second.Message.Values.Span.SequenceEqual(Message(2, Size).Values.Span));
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Small_message_does_not_take_large_memory()
    {
        (Channel a, Channel b) = TestChannels.Pair();
        byte[] large = await PassAsync(a, b, 1, Size);
        byte[] small = await PassAsync(a, b, 2, 400);

        Assert.NotSame(large, small);
        Assert.InRange(small.Length, 400, 1_000);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    private static MaskedActivations Message(int index, int size)
    {
        var values = new byte[size];
        new Random(index).NextBytes(values);
        return new MaskedActivations { Purpose = ActivationPurpose.Training, Step = index, Microbatch = 0, Values = values };
    }

    /// <summary>Sends a message, borrows it at the other end, compares it and gives it back.</summary>
    /// <returns>The memory that it lay in.</returns>
    private static async Task<byte[]> PassAsync(Channel a, Channel b, int index, int size)
    {
        await a.SendAsync(Message(index, size), CancellationToken.None);
        using BorrowedMessage<MaskedActivations> borrowed = await b.BorrowAsync<MaskedActivations>(CancellationToken.None);
        Assert.Equal(index, borrowed.Message.Step);
        Assert.True(borrowed.Message.Values.Span.SequenceEqual(Message(index, size).Values.Span));
        return MemoryOf(borrowed.Message);
    }

    private static byte[] MemoryOf(MaskedActivations message)
    {
        Assert.True(MemoryMarshal.TryGetArray(message.Values, out ArraySegment<byte> segment));
        return segment.Array!;
    }
}
