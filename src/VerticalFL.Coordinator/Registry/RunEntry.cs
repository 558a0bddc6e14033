using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// A run as the coordinator sees it: attempts, stations, percents and ends, nothing else; and what each word of a party changes in it. The
/// registry holds its lock round every call.
/// </summary>
internal sealed class RunEntry(RunOrder order, IEnumerable<PartyId> parties, DateTimeOffset started, TimeProvider time, IEnumerable<LinkOutage> outages)
{
    /// <summary>The order of the present attempt.</summary>
    public RunOrder Order { get; } = order;

    public RunId Id => Order.Run;

    public StudyId Study => Order.Study;

    public int Attempt => Order.Attempt;

    public DateTimeOffset Started { get; } = started;

    /// <summary>When the last party ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>How long the run has taken, over all its attempts.</summary>
    public RunClock Clock { get; init; } = new(time, TimeSpan.Zero);

    public Dictionary<PartyId, PartyState> Parties { get; } = parties.ToDictionary(p => p, _ => new PartyState());

    public bool Ended => Parties.Values.All(p => p.Outcome is not null);

    /// <summary>Whether every party has ended by its own word: nobody takes part in the run again.</summary>
    public bool Closed => Parties.Values.All(p => p is { Outcome: not null, Assumed: false });

    /// <summary>Whose failure ended the run first; the others were cancelled because of it.</summary>
    public PartyId? FailedFirst { get; set; }

    /// <summary>Why every party must stop, told again to those that come back; null while the run is to go on.</summary>
    public string? StopReason { get; set; }

    /// <summary>How the run ended at the party that ended it; null while nobody has, or where an operator cancelled.</summary>
    public RunOutcome? CauseOfStop => FailedFirst is { } failed && Parties[failed].Outcome is { } outcome and not RunOutcome.Finished ? outcome : null;

    /// <summary>The present attempt is over; the run waits for the next one.</summary>
    public bool AttemptOver { get; set; }

    /// <summary>An operator holds the run between two attempts.</summary>
    public bool Paused { get; set; }

    /// <summary>Which attempt was over last, and who told it why; null while none was.</summary>
    public AttemptInterruption? LastOver { get; set; }

    /// <summary>Which links are missing, and which were.</summary>
    public RunLinks Links { get; } = new(time, outages);

    /// <summary>When the next attempt may begin, and how many in a row were short.</summary>
    public AttemptPause Pause { get; private init; } = new();

    /// <summary>Whether the next attempt begins as soon as everybody is here and the pause is over.</summary>
    public bool WaitsForNext => AttemptOver && !Paused && StopReason is null && !Ended;

    /// <summary>Whether the present attempt joins its parties.</summary>
    public bool IsUnderWay => !AttemptOver && StopReason is null && !Ended;

    /// <summary>The parties that have not ended.</summary>
    public IReadOnlyList<PartyId> StillIn => [.. Parties.Where(p => p.Value.Outcome is null).Select(p => p.Key)];

    /// <summary>The run in its next attempt: whatever was true of the parties in the one before no longer is.</summary>
    public RunEntry Next(RunOrder order)
    {
        var next = new RunEntry(order, Parties.Keys, Started, time, Links.Past) { LastOver = LastOver, Pause = Pause, Clock = Clock };
        foreach ((PartyId party, PartyState state) in Parties)
        {
            // A further attempt goes on from a checkpoint, on the same curve.
            next.Parties[party].Curve = state.Curve;
        }

        return next;
    }

    /// <summary>Notes a party's progress; that of another attempt, or of a party that has ended, says nothing.</summary>
    public void Progress(PartyId party, RunProgress progress)
    {
        if (Parties.TryGetValue(party, out PartyState? state) && progress.Attempt == Attempt && state.Outcome is null)
        {
            state.Station = progress.Station;
            state.Percent = progress.Percent;
            state.ValidationLoss = progress.ValidationLoss ?? state.ValidationLoss;
            state.RowsPerSecond = progress.RowsPerSecond ?? state.RowsPerSecond;
            state.Forecast = progress.Forecast ?? state.Forecast;
            if (progress is { ValidationLoss: { } loss, Epoch: { } epoch } && double.IsFinite(loss))
            {
                state.Curve.Note(epoch, loss);
            }
        }
    }

    /// <summary>Notes what a party says of a link of the present attempt.</summary>
    public void Link(PartyId party, LinkReport report)
    {
        if (IsUnderWay && report.Attempt == Attempt && party != report.Peer && Parties.ContainsKey(report.Peer)
            && Parties.TryGetValue(party, out PartyState? state) && state.Outcome is null)
        {
            Links.Note(party, report);
        }
    }

    /// <summary>Whether a party's word ends the present attempt: only the first does.</summary>
    public bool IsEndedBy(PartyId party, AttemptOver over) =>
        Parties.TryGetValue(party, out PartyState? state) && over.Attempt == Attempt && state.Outcome is null && !AttemptOver && StopReason is null;

    /// <summary>The present attempt is over.</summary>
    /// <param name="party">Who told it; null for an operator.</param>
    /// <param name="cause">Why.</param>
    /// <param name="lost">The channel that was lost, where that is the cause and known.</param>
    public void Interrupt(PartyId? party, AttemptCause cause, LostLink? lost = null)
    {
        AttemptOver = true;
        LastOver = new AttemptInterruption(Attempt, party, cause) { Lost = lost };
        Links.EndAttempt();
        Pause.Over(cause, time);
    }

    /// <summary>
    /// Notes a party's end. The first failure stops the run for everybody; a later one that names a cause takes the blame from one that only
    /// noticed (<see cref="RunOutcome.ChannelLost"/>). That a party finished an earlier attempt says nothing about the present one.
    /// </summary>
    /// <returns>Whether the word changes anything, and whether everybody must now be told to stop.</returns>
    public (bool Counts, bool Stops) End(PartyId party, RunEnded ended)
    {
        RunOutcome outcome = ended.Outcome;
        if (!Parties.TryGetValue(party, out PartyState? state)
            || state is { Outcome: not null, Assumed: false }
            || (outcome == RunOutcome.Finished && ended.Attempt != Attempt && StopReason is null))
        {
            return (false, false);
        }

        (state.Station, state.Outcome, state.Assumed) = (Station.Ended, outcome, false);
        Links.Forget(party);
        bool first = outcome != RunOutcome.Finished && FailedFirst is null;
        bool cause = outcome is not (RunOutcome.Finished or RunOutcome.Cancelled or RunOutcome.ChannelLost)
            && FailedFirst is { } blamed && Parties[blamed].Outcome == RunOutcome.ChannelLost;
        if (first || cause)
        {
            FailedFirst = party;
        }

        if (first)
        {
            StopReason ??= $"party '{party}' ended the run: {OutcomeText.Of(outcome)}";
        }

        return (true, first);
    }

    /// <summary>A party's agent is away: a run that is being stopped no longer waits for its word.</summary>
    /// <returns>Whether that changes anything.</returns>
    public bool Away(PartyId party)
    {
        Links.Forget(party);
        if (StopReason is null || !Parties.TryGetValue(party, out PartyState? state) || state.Outcome is not null)
        {
            return false;
        }

        // Where nobody failed, an operator cancelled.
        RunOutcome assumed = FailedFirst is null ? RunOutcome.Cancelled : RunOutcome.ChannelLost;
        (state.Station, state.Outcome, state.Assumed) = (Station.Ended, assumed, true);
        FailedFirst ??= party;
        return true;
    }

    public sealed class PartyState
    {
        public Station Station { get; set; } = Station.Connecting;

        public int Percent { get; set; }

        public double? ValidationLoss { get; set; }

        public double? RowsPerSecond { get; set; }

        public RunForecast? Forecast { get; set; }

        public ValidationCurve Curve { get; set; } = new();

        public RunOutcome? Outcome { get; set; }

        /// <summary>The agent was away when the run ended, so the outcome is the coordinator's; the agent's own word replaces it.</summary>
        public bool Assumed { get; set; }
    }
}
