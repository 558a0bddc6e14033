using System.Collections.Concurrent;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;
using VerticalFL.Transport.Local;

namespace VerticalFL.Coordinator.Registry;

/// <summary>The conversation with the agents: who is here, what they are told, what they tell. It begins the next attempt of a run that waits.</summary>
internal sealed class ControlDesk : IControlHandler, IAsyncDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private readonly StudyRegistry _studies;
    private readonly RunRegistry _runs;
    private readonly ILogger<ControlDesk> _logger;
    private readonly ITimer _pauseEnd;
    private readonly ConcurrentDictionary<PartyId, AgentSession> _sessions = new();
    private readonly ConcurrentDictionary<PartyId, AgentSession> _leaving = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ControlDesk(StudyRegistry studies, RunRegistry runs, TimeProvider time, ILogger<ControlDesk> logger)
    {
        _studies = studies;
        _runs = runs;
        _logger = logger;
        _pauseEnd = time.CreateTimer(_ => _ = OnPauseEndAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when anything that the console shows has changed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Whether the party's agent is connected and stays.</summary>
    public bool IsConnected(PartyId party) => _sessions.TryGetValue(party, out AgentSession? session) && _leaving.GetValueOrDefault(party) != session;

    /// <summary>Takes a study in and offers it to its parties.</summary>
    public async Task<StudyDocument> SubmitAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        StudyDocument document = _studies.Submit(json.Span);
        Log.StudySubmitted(_logger, document.Study.Name, document.Id.Short);
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
        RunOrder order = _runs.Start(study, IsConnected);
        Log.RunStarted(_logger, order.Run.Short, study.Short);
        foreach (PartyId party in _studies.Find(study.Hex).Study.Parties)
        {
            // One that went away this moment is told when it is back.
            await TellAsync(party, order, cancellationToken);
        }

        Pulse();
        return order.Run;
    }

    /// <summary>Tells every party that still works on the run to stop.</summary>
    public async Task CancelAsync(RunId run, string reason, CancellationToken cancellationToken)
    {
        await StopAsync(_runs.Cancel(run, reason), new RunCancel(run, reason), cancellationToken);
        Pulse();
    }

    /// <summary>Holds a run: its attempt ends at every party.</summary>
    public async Task PauseAsync(RunId run, CancellationToken cancellationToken)
    {
        (int attempt, IReadOnlyList<PartyId> stop) = _runs.Pause(run);
        await StopAttemptAsync(stop, run, attempt, cancellationToken);
        Log.RunPaused(_logger, run.Short);
        Pulse();
    }

    /// <summary>Lets a run go on.</summary>
    public async Task ResumeAsync(RunId run, CancellationToken cancellationToken)
    {
        _runs.Resume(run);
        Log.RunResumed(_logger, run.Short);
        await BeginAttemptsAsync(cancellationToken);
        Pulse();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pauseEnd.DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask OnConnectedAsync(AgentSession session, CancellationToken ct)
    {
        _sessions[session.Party] = session;
        foreach (StudyDocument document in _studies.StudiesOf(session.Party))
        {
            await TellAsync(session.Party, new StudyOffer(document.Bytes), ct);
        }

        // An agent that only lost its link goes on with these runs, or tells again how they ended; one that was restarted says that the attempt is over.
        foreach ((RunOrder order, string? stop, RunOutcome? cause, bool over, bool closed) in _runs.OrdersOf(session.Party))
        {
            await (closed ? TellAsync(session.Party, new RunClosed(order.Run), ct)
                : stop is not null ? TellAsync(session.Party, new RunCancel(order.Run, stop) { Cause = cause }, ct)
                : over ? TellAsync(session.Party, new AttemptStop(order.Run, order.Attempt), ct)
                : TellAsync(session.Party, order, ct));
        }

        await BeginAttemptsAsync(ct);
        Pulse();
    }

    /// <inheritdoc/>
    public async ValueTask OnMessageAsync(AgentSession session, ReceivedMessage message, CancellationToken ct)
    {
        switch (message.Type)
        {
            case MessageType.SignedApproval:
                if (_studies.Decide(session.Party, message.Decode<SignedApproval>()) is { } refusal)
                {
                    Log.DecisionRefused(_logger, session.Party.Value, refusal);
                }

                break;
            case MessageType.PredictionRequest:
                await PredictAsync(session, message.Decode<PredictionRequest>(), ct);
                break;
            case MessageType.RunProgress:
                _runs.Progress(session.Party, message.Decode<RunProgress>());
                break;
            case MessageType.LinkReport:
                _runs.Link(session.Party, message.Decode<LinkReport>());
                break;
            case MessageType.AttemptOver:
                await AttemptOverAsync(session, message.Decode<AttemptOver>(), ct);
                break;
            case MessageType.RunEnded:
                await EndAsync(session.Party, message.Decode<RunEnded>(), ct);
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
            _leaving.TryRemove(new KeyValuePair<PartyId, AgentSession>(session.Party, session));
            _runs.Away(session.Party);
            Pulse();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public bool MayConnect(PartyId a, PartyId b, TicketRequest request, out string reason)
    {
        bool may = _runs.MayConnect(a, b, request.Run, request.Attempt);
        reason = may ? "" : "no run under way joins these two parties";
        return may;
    }

    /// <summary>Orders a prediction at every party, or tells the one that asked why not.</summary>
    private async Task PredictAsync(AgentSession session, PredictionRequest request, CancellationToken cancellationToken)
    {
        RunOrder order;
        try
        {
            order = _runs.StartPrediction(session.Party, request, IsConnected);
        }
        catch (Exception e) when (e is LocalRequestException or IOException or UnauthorizedAccessException)
        {
            Log.PredictionRefused(_logger, request.Run.Short, session.Party.Value, e.Message);
            string reason = e is LocalRequestException ? e.Message : "The coordinator's disk refused to note it.";
            await TellAsync(session.Party, new RunCancel(request.Run, reason), cancellationToken);
            return;
        }

        Log.PredictionStarted(_logger, order.Run.Short, order.Study.Short);
        foreach (PartyId party in order.PartiesOf(_studies.Find(order.Study.Hex).Study))
        {
            await TellAsync(party, order, cancellationToken);
        }
    }

    private async Task EndAsync(PartyId party, RunEnded ended, CancellationToken cancellationToken)
    {
        (IReadOnlyList<PartyId> stop, string reason) = _runs.End(party, ended);
        Log.PartyEnded(_logger, ended.Run.Short, party.Value, ended.Outcome);
        await StopAsync(stop, new RunCancel(ended.Run, reason) { Cause = stop.Count == 0 ? null : ended.Outcome }, cancellationToken);
        if (_runs.HasUnsaved)
        {
            _pauseEnd.Change(AfterFailure, Timeout.InfiniteTimeSpan);
        }

        foreach (PartyId each in _runs.PartiesOfClosed(ended.Run))
        {
            await TellAsync(each, new RunClosed(ended.Run), cancellationToken);
        }

        Pulse();
    }

    private async Task AttemptOverAsync(AgentSession session, AttemptOver over, CancellationToken cancellationToken)
    {
        Log.AttemptOver(_logger, over.Run.Short, over.Attempt, session.Party.Value, over.Cause);
        if (_runs.AttemptOver(session.Party, over) is not { } others)
        {
            return;
        }

        if (over.Cause == AttemptCause.AgentStopped)
        {
            // It hangs up next; an attempt that is ordered now would find it gone.
            _leaving[session.Party] = session;
        }

        IReadOnlyList<RunOrder> begun = await BeginAttemptsAsync(cancellationToken);
        if (!begun.Any(o => o.Run == over.Run))
        {
            // Not at once: meanwhile nobody computes, or holds channels, for an attempt that cannot succeed.
            await StopAttemptAsync(others, over.Run, over.Attempt, cancellationToken);
        }
    }

    private async Task StopAttemptAsync(IReadOnlyList<PartyId> parties, RunId run, int attempt, CancellationToken cancellationToken)
    {
        foreach (PartyId party in parties)
        {
            await TellAsync(party, new AttemptStop(run, attempt), cancellationToken);
        }
    }

    /// <summary>Orders the next attempts that may begin now; the others when their pause ends or a party comes.</summary>
    private async Task<IReadOnlyList<RunOrder>> BeginAttemptsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<RunOrder> orders;
        try
        {
            orders = _runs.BeginAttempts(IsConnected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The registry's own disk: the runs wait on, and nobody is told of an attempt that is not written down.
            Log.RegistryFailed(_logger, e.Message);
            _pauseEnd.Change(AfterFailure, Timeout.InfiniteTimeSpan);
            return [];
        }

        if (_runs.PauseLeft() is { } left)
        {
            _pauseEnd.Change(left, Timeout.InfiniteTimeSpan);
        }

        foreach (RunOrder order in orders)
        {
            Log.AttemptStarted(_logger, order.Run.Short, order.Attempt);
            foreach (PartyId party in order.PartiesOf(_studies.Find(order.Study.Hex).Study))
            {
                await TellAsync(party, order, cancellationToken);
            }
        }

        return orders;
    }

    private async Task OnPauseEndAsync()
    {
        await BeginAttemptsAsync(CancellationToken.None);
        Pulse();
    }

    private async Task StopAsync(IReadOnlyList<PartyId> parties, RunCancel cancel, CancellationToken cancellationToken)
    {
        foreach (PartyId party in parties)
        {
            if (!await TellAsync(party, cancel, cancellationToken))
            {
                _runs.Away(party);
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
