using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Display;

/// <summary>One line whenever a party reaches a new station or another quarter of one, or an attempt is over: for logs, pipes and CI.</summary>
internal sealed class PlainRunDisplay(TextWriter output) : IRunDisplay
{
    private readonly Dictionary<string, (Station, int, bool)> _shown = [];
    private readonly StationClock _clock = new();
    private string _interruption = "";

    /// <inheritdoc/>
    public void Report(RunView value)
    {
        lock (_shown)
        {
            string interruption = RunText.OfInterruption(value);
            if (interruption != _interruption)
            {
                _interruption = interruption;
                output.WriteLine($"{value.ElapsedSeconds,7:0.0} s  {interruption}");
            }

            foreach (PartyView party in value.Parties)
            {
                double? left = _clock.SecondsLeft(value, party);
                (Station, int, bool) now = (party.Station, party.Percent / 25, party.Connected);
                if (_shown.TryGetValue(party.Party, out (Station, int, bool) before) && before == now)
                {
                    continue;
                }

                _shown[party.Party] = now;
                output.WriteLine(Line(value, party, left));
            }
        }
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        lock (_shown)
        {
            output.WriteLine($"           {text}");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Line(RunView run, PartyView party, double? left)
    {
        string what = party.Outcome is { } outcome
            ? $"ended: {RunText.Of(outcome)}"
            : $"{RunText.Of(party.Station),-11} {party.Percent,3} %{(left is { } seconds ? $", {StationClock.Text(seconds)} left" : "")}";
        return $"{run.ElapsedSeconds,7:0.0} s  {party.Party,-16} {what}{(party.Connected ? "" : "  (agent away)")}";
    }
}
