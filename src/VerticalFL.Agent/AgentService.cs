using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Agent;

/// <summary>The agent's conversation with the coordinator, for as long as the service runs.</summary>
internal sealed class AgentService(ControlLink link, StudyDesk studies, RunDesk runs, ILogger<AgentService> logger) : BackgroundService
{
    /// <summary>Tells the coordinator the operator's decision; lost if the link is down, and told again at the next offer.</summary>
    public async Task TellDecisionAsync(SignedApproval decision, CancellationToken cancellationToken) => await TryTellAsync(decision, cancellationToken);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await link.RunAsync(OnMessageAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await runs.StopAllAsync("the agent was stopped");
        }
    }

    private async ValueTask OnMessageAsync(ReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            switch (message.Type)
            {
                case MessageType.StudyOffer:
                    if (studies.Offer(message.Decode<StudyOffer>().Study) is { } decided)
                    {
                        await TryTellAsync(decided, cancellationToken);
                    }

                    break;
                case MessageType.RunOrder:
                    await runs.StartAsync(
                        message.Decode<RunOrder>(),
                        ended => TryTellAsync(ended, CancellationToken.None),
                        progress => TryTellAsync(progress, CancellationToken.None));
                    break;
                case MessageType.RunCancel:
                    RunCancel cancel = message.Decode<RunCancel>();
                    runs.Stop(cancel.Run, cancel.Reason);
                    break;
                default:
                    Log.MessageRefused(logger, $"{message.Type} is not for an agent");
                    break;
            }
        }
        catch (PeerProtocolException e)
        {
            Log.MessageRefused(logger, e.Message);
        }
    }

    private async Task<bool> TryTellAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        try
        {
            await link.SendAsync(message, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            // The link is down and comes back by itself; a decision is told again then, progress is out of date by then.
            return false;
        }
    }
}
