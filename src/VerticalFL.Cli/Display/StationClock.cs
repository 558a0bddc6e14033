using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Display;

/// <summary>
/// Estimates how long the present station still takes, from how long the percents took that were seen to pass: who begins to watch half-way has seen none of those before.
/// An early stop can only make it shorter.
/// </summary>
internal sealed class StationClock
{
    private const int FewestPercents = 2;

    private readonly Dictionary<string, Entry> _entered = [];

    /// <summary>Seconds until the party leaves its station; null while there is nothing to judge by.</summary>
    public double? SecondsLeft(RunView run, PartyView party)
    {
        if (!_entered.TryGetValue(party.Party, out Entry entered) || (entered.Station, entered.Attempt) != (party.Station, run.Attempt) || party.Percent < entered.Percent)
        {
            _entered[party.Party] = new Entry(party.Station, run.Attempt, party.Percent, run.ElapsedSeconds);
            return null;
        }

        double spent = run.ElapsedSeconds - entered.Since;
        int passed = party.Percent - entered.Percent;
        return passed > FewestPercents && party.Percent < 100 && spent > 0.5 ? spent * (100 - party.Percent) / passed : null;
    }

    /// <summary>A duration as a person reads it.</summary>
    public static string Text(double seconds) => seconds < 0.95 ? "under 1 s" : seconds < 90 ? $"{seconds:0} s" : seconds < 5400 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0.0} h";

    private readonly record struct Entry(Station Station, int Attempt, int Percent, double Since);
}
