using System.Collections.Concurrent;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;

namespace VerticalFL.Coordinator.Registry;

/// <summary>The conversation with the agents: who is here, what they are told, what they tell.</summary>
internal sealed class ControlDesk(StudyRegistry registry, ILogger<ControlDesk> logger) : IControlHandler
{
    private readonly ConcurrentDictionary<PartyId, AgentSession> _sessions = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when anything that the console shows has changed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Whether the party's agent is connected.</summary>
    public bool IsConnected(PartyId party) => _sessions.ContainsKey(party);

    /// <summary>Takes a study in and offers it to its parties.</summary>
    public async Task<StudyDocument> SubmitAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        StudyDocument document = registry.Submit(json.Span);
        Log.StudySubmitted(logger, document.Study.Name, document.Id.Short);
        foreach (PartyId party in document.Study.Parties)
        {
            await TellAsync(party, new StudyOffer(document.Bytes), cancellationToken);
        }

        Pulse();
        return document;
    }

    /// <summary>Orders a run at every party.</summary>
    public async Task<RunId> StartAsync(StudyId study, CancellationToken cancellationToken)
    {
        RunOrder order = registry.Start(study, IsConnected);
        Log.RunStarted(logger, order.Run.Short, study.Short);
        foreach (PartyId party in registry.Find(study.Hex).Study.Parties)
        {
            if (!await TellAsync(party, order, cancellationToken))
            {
                await EndAsync(party, order.Run, RunOutcome.ChannelLost, cancellationToken);
            }
        }

        Pulse();
        return order.Run;
    }

    /// <summary>Tells every party that still works on the run to stop.</summary>
    public async Task CancelAsync(RunId run, string reason, CancellationToken cancellationToken)
    {
        await StopAsync(registry.Cancel(run, reason), run, reason, cancellationToken);
        Pulse();
    }

    /// <inheritdoc/>
    public async ValueTask OnConnectedAsync(AgentSession session, CancellationToken ct)
    {
        _sessions[session.Party] = session;
        foreach (StudyDocument document in registry.StudiesOf(session.Party))
        {
            await TellAsync(session.Party, new StudyOffer(document.Bytes), ct);
        }

        // An agent that only lost its link goes on with these runs, or tells again how they ended; one that was restarted says that it missed them.
        foreach ((RunOrder order, string? stop) in registry.OrdersOf(session.Party))
        {
            await (stop is null ? TellAsync(session.Party, order, ct) : TellAsync(session.Party, new RunCancel(order.Run, stop), ct));
        }

        Pulse();
    }

    /// <inheritdoc/>
    public async ValueTask OnMessageAsync(AgentSession session, ReceivedMessage message, CancellationToken ct)
    {
        switch (message.Type)
        {
            case MessageType.SignedApproval:
                if (registry.Decide(session.Party, message.Decode<SignedApproval>()) is { } refusal)
                {
                    Log.DecisionRefused(logger, session.Party.Value, refusal);
                }

                break;
            case MessageType.RunProgress:
                registry.Progress(session.Party, message.Decode<RunProgress>());
                break;
            case MessageType.RunEnded:
                RunEnded ended = message.Decode<RunEnded>();
                await EndAsync(session.Party, ended.Run, ended.Outcome, ct);
                break;
            default:
                throw new PeerProtocolException(session.Party, "control", $"{message.Type} is not for the coordinator");
        }

        Pulse();
    }

    /// <inheritdoc/>
    public ValueTask OnDisconnectedAsync(AgentSession session)
    {
        if (_sessions.TryRemove(new KeyValuePair<PartyId, AgentSession>(session.Party, session)))
        {
            registry.Away(session.Party);
            Pulse();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public bool MayConnect(PartyId a, PartyId b, TicketRequest request, out string reason)
    {
        bool may = registry.MayConnect(a, b, request.Run, request.Attempt);
        reason = may ? "" : "no run under way joins these two parties";
        return may;
    }

    private async Task EndAsync(PartyId party, RunId run, RunOutcome outcome, CancellationToken cancellationToken)
    {
        (IReadOnlyList<PartyId> stop, string reason) = registry.End(party, run, outcome);
        Log.PartyEnded(logger, run.Short, party.Value, outcome);
        await StopAsync(stop, run, reason, cancellationToken);
        Pulse();
    }

    private async Task StopAsync(IReadOnlyList<PartyId> parties, RunId run, string reason, CancellationToken cancellationToken)
    {
        foreach (PartyId party in parties)
        {
            if (!await TellAsync(party, new RunCancel(run, reason), cancellationToken))
            {
                registry.Away(party);
            }
        }
    }

    private async Task<bool> TellAsync<T>(PartyId party, T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        if (!_sessions.TryGetValue(party, out AgentSession? session))
        {
            return false;
        }

        try
        {
            await session.SendAsync(message, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            // The session is closing; what it missed is offered again when the agent is back.
            return false;
        }
    }

    private void Pulse() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
