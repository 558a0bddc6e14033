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

    public Dictionary<PartyId, PartyState> Parties { get; } = parties.ToDictionary(p => p, _ => new PartyState());

    public bool Ended => Parties.Values.All(p => p.Outcome is not null);

    /// <summary>Whose failure ended the run first; the others were cancelled because of it.</summary>
    public PartyId? FailedFirst { get; set; }

    public sealed class PartyState
    {
        public Station Station { get; set; } = Station.Connecting;

        public int Percent { get; set; }

        public double? ValidationLoss { get; set; }

        public double? RowsPerSecond { get; set; }

        public RunOutcome? Outcome { get; set; }
    }
}
