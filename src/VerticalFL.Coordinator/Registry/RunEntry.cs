using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>A run as the coordinator sees it: stations, percents and ends, nothing else.</summary>
internal sealed class RunEntry(RunOrder order, IEnumerable<PartyId> parties, DateTimeOffset started)
{
    public RunOrder Order { get; } = order;

    public RunId Id => Order.Run;

    public StudyId Study => Order.Study;

    public int Attempt => Order.Attempt;

    public DateTimeOffset Started { get; } = started;

    /// <summary>When the last party ended; null before.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public Dictionary<PartyId, PartyState> Parties { get; } = parties.ToDictionary(p => p, _ => new PartyState());

    public bool Ended => Parties.Values.All(p => p.Outcome is not null);

    /// <summary>Whose failure ended the run first; the others were cancelled because of it.</summary>
    public PartyId? FailedFirst { get; set; }

    /// <summary>Why every party must stop, told again to those that come back; null while the run is to go on.</summary>
    public string? StopReason { get; set; }

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
