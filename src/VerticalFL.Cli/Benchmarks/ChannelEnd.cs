using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>A channel that carries masked activations, the message that training sends most: encoded and decoded as it is there.</summary>
internal sealed class ChannelEnd(Channel channel, int size) : IMeasuredEnd
{
    private readonly MaskedActivations _sent = new() { Purpose = ActivationPurpose.Training, Step = 1, Microbatch = 0, Values = new byte[size] };

    public ValueTask SendAsync(CancellationToken cancellationToken) => channel.SendAsync(_sent, cancellationToken);

    public async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        using BorrowedMessage<MaskedActivations> received = await channel.BorrowAsync<MaskedActivations>(cancellationToken);
        if (received.Message.Values.Length != size)
        {
            throw new InvalidDataException($"{received.Message.Values.Length} bytes came instead of {size}.");
        }
    }

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
