using System.Threading.Channels;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>
/// Takes the gradients of one stretch of steps from the channel as they come, while the party computes and sends. A feature party thereby never keeps the
/// label party waiting for room: were both to wait for the other to read, neither would go on.
/// </summary>
internal sealed class GradientReader : IAsyncDisposable
{
    private readonly Channel<Transport.BorrowedMessage<ActivationGradients>> _arrived;
    private readonly CancellationTokenSource _cancellation;
    private readonly Task _reading;

    /// <param name="labelParty">The channel; nobody else reads from it until all messages have come.</param>
    /// <param name="messages">How many come.</param>
    /// <param name="underWay">How many an honest label party can have sent before the first is learned from; more wait in the channel.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public GradientReader(Transport.Channel labelParty, int messages, int underWay, CancellationToken cancellationToken)
    {
        _arrived = Channel.CreateBounded<Transport.BorrowedMessage<ActivationGradients>>(
            new BoundedChannelOptions(underWay) { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = false });
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _reading = ReadAsync(labelParty, messages, _cancellation.Token);
    }

    /// <summary>The next message, which the caller gives back; throws what ended the reading.</summary>
    public async ValueTask<Transport.BorrowedMessage<ActivationGradients>> NextAsync(CancellationToken cancellationToken)
    {
        await _arrived.Reader.WaitToReadAsync(cancellationToken);
        return await _arrived.Reader.ReadAsync(cancellationToken);
    }

    /// <summary>Ends the reading, if it is not at its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();
        await _reading;
        _cancellation.Dispose();
    }

    private async Task ReadAsync(Transport.Channel labelParty, int messages, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < messages; i++)
            {
                await _arrived.Writer.WriteAsync(await labelParty.BorrowAsync<ActivationGradients>(cancellationToken), cancellationToken);
            }

            _arrived.Writer.Complete();
        }
        catch (Exception e)
        {
            _arrived.Writer.Complete(e);
        }
    }
}
