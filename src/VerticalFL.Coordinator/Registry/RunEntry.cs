using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>A run as the coordinator sees it: attempts, stations, percents and ends, nothing else.</summary>
internal sealed class RunEntry(RunOrder order, IEnumerable<PartyId> parties, DateTimeOffset started)
{
    /// <summary>The order of the present attempt.</summary>
    public RunOrder Order { get; } = order;

    public RunId Id => Order.Run;

    public StudyId Study => Order.Study;

    public int Attempt => Order.Attempt;

    public DateTimeOffset Started { get; } = started;

    /// <summary>When the last party ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public Dictionary<PartyId, PartyState> Parties { get; } = parties.ToDictionary(p => p, _ => new PartyState());

    public bool Ended => Parties.Values.All(p => p.Outcome is not null);

    /// <summary>Whether every party has ended by its own word: nobody takes part in the run again.</summary>
    public bool Closed => Parties.Values.All(p => p is { Outcome: not null, Assumed: false });

    /// <summary>Whose failure ended the run first; the others were cancelled because of it.</summary>
    public PartyId? FailedFirst { get; set; }

    /// <summary>Why every party must stop, told again to those that come back; null while the run is to go on.</summary>
    public string? StopReason { get; set; }

    /// <summary>The present attempt is over; the run waits for the next one.</summary>
    public bool AttemptOver { get; set; }

    /// <summary>An operator holds the run between two attempts.</summary>
    public bool Paused { get; set; }

    /// <summary>Which attempt was over last, and who told it why; null while none was.</summary>
    public AttemptInterruption? LastOver { get; set; }

    /// <summary>When the next attempt may begin, and how many in a row were short.</summary>
    public AttemptPause Pause { get; private init; } = new();

    /// <summary>Whether the next attempt begins as soon as everybody is here and the pause is over.</summary>
    public bool WaitsForNext => AttemptOver && !Paused && StopReason is null && !Ended;

    /// <summary>The run in its next attempt: whatever was true of the parties in the one before no longer is.</summary>
    public RunEntry Next(RunOrder order) => new(order, Parties.Keys, Started) { LastOver = LastOver, Pause = Pause };

    public sealed class PartyState
    {
        public Station Station { get; set; } = Station.Connecting;

        public int Percent { get; set; }

        public double? ValidationLoss { get; set; }

        public double? RowsPerSecond { get; set; }

        public RunOutcome? Outcome { get; set; }

        /// <summary>The agent was away when the run ended, so the outcome is the coordinator's; the agent's own word replaces it.</summary>
        public bool Assumed { get; set; }
    }
}
