using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Audit;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Agent;

/// <summary>The agent's conversation with the coordinator, for as long as the service runs.</summary>
internal sealed class AgentService(
    ControlLink link, ICoordinatorVoice voice, StudyDesk studies, RunDesk runs, PredictionDesk predictions, AuditLog audit, ILogger<AgentService> logger) : BackgroundService
{
    /// <summary>Tells the coordinator the operator's decision; lost if the link is down, and told again at the next offer.</summary>
    public async Task TellDecisionAsync(SignedApproval decision, CancellationToken cancellationToken) => await voice.TryTellAsync(decision, cancellationToken);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // While the link is still up, so that the coordinator learns that the attempts are over and tells the other parties.
        await runs.StopAllAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        link.Connected += (_, _) => runs.OnConnected();
        try
        {
            await link.RunAsync(OnMessageAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop.
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
                        await voice.TryTellAsync(decided, cancellationToken);
                    }

                    break;
                case MessageType.RunOrder:
                    await runs.StartAsync(message.Decode<RunOrder>());
                    break;
                case MessageType.AttemptStop:
                    await runs.StopAttemptAsync(message.Decode<AttemptStop>());
                    break;
                case MessageType.RunCancel:
                    RunCancel cancel = message.Decode<RunCancel>();
                    if (!predictions.Refused(cancel))
                    {
                        await runs.CancelAsync(cancel);
                    }

                    break;
                case MessageType.RunClosed:
                    runs.Close(message.Decode<RunClosed>());
                    break;
                default:
                    Log.MessageRefused(logger, $"{message.Type} is not for an agent");
                    break;
            }
        }
        catch (PeerProtocolException e)
        {
            Log.MessageRefused(logger, e.Message);
            audit.Append(AuditKind.PeerBroke, details: new() { ["peer"] = PartyId.Coordinator.Value, ["step"] = e.Step });
        }
    }
}
