using VerticalFL.Messages;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Agent.Runs;

/// <summary>How an agent tells the coordinator something; what is lost with the link is asked for again when it is back.</summary>
internal interface ICoordinatorVoice
{
    /// <summary>Tells it; false when the link is down.</summary>
    Task<bool> TryTellAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>;
}

/// <summary>Over the control link.</summary>
internal sealed class ControlLinkVoice(ControlLink link) : ICoordinatorVoice
{
    public async Task<bool> TryTellAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        try
        {
            await link.SendAsync(message, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The link comes back by itself; decisions and ends are told again then, progress is out of date by then.
            return false;
        }
    }
}
