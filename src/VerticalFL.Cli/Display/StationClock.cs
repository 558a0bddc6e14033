using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Display;

/// <summary>
/// Estimates how long the present station still takes, from how long its percents took so far. An early stop can only make it shorter.
/// </summary>
internal sealed class StationClock
{
    private readonly Dictionary<string, (Station Station, double Since)> _entered = [];

    /// <summary>Seconds until the party leaves its station; null while there is nothing to judge by.</summary>
    public double? SecondsLeft(RunView run, PartyView party)
    {
        if (!_entered.TryGetValue(party.Party, out (Station Station, double Since) entered) || entered.Station != party.Station)
        {
            _entered[party.Party] = (party.Station, run.ElapsedSeconds);
            return null;
        }

        double spent = run.ElapsedSeconds - entered.Since;
        return party.Percent is > 2 and < 100 && spent > 0.5 ? spent * (100 - party.Percent) / party.Percent : null;
    }

    /// <summary>A duration as a person reads it.</summary>
    public static string Text(double seconds) => seconds < 90 ? $"{seconds:0} s" : seconds < 5400 ? $"{seconds / 60:0} min" : $"{seconds / 3600:0.0} h";
}
