using VerticalFL.Messages.Training;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Testing;

/// <summary>Messages of given sizes, each to be recognised: sent, and expected in the same order.</summary>
public static class Conversation
{
    /// <summary>Sends one message of each size, multiples of four.</summary>
    public static async Task SendAsync(Channel channel, int[] sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            await channel.SendAsync(Message(i, sizes[i]), CancellationToken.None);
        }
    }

    /// <summary>Receives them all.</summary>
    public static async Task ReceiveAsync(Channel channel, int[] sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            await ReceiveOneAsync(channel, i, sizes[i]);
        }
    }

    /// <summary>Receives one of them.</summary>
    public static async Task ReceiveOneAsync(Channel channel, int index, int size)
    {
        MaskedActivations received = await channel.ReceiveAsync<MaskedActivations>(CancellationToken.None);
        MaskedActivations expected = Message(index, size);
        Assert.Equal(expected.Step, received.Step);
        Assert.True(expected.Values.Span.SequenceEqual(received.Values.Span), $"message {index} differs");
    }

    /// <summary>Both ends send and receive at once.</summary>
    public static Task BothWaysAsync(Channel a, Channel b, int[] sizes) =>
        Task.WhenAll(SendAsync(a, sizes), SendAsync(b, sizes), ReceiveAsync(a, sizes), ReceiveAsync(b, sizes));

    private static MaskedActivations Message(int index, int size)
    {
        var values = new byte[size];
        new Random(index).NextBytes(values);
        return new MaskedActivations { Purpose = ActivationPurpose.Training, Step = index, Microbatch = 0, Values = values };
    }
}
