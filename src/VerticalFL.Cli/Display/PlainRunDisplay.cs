using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Display;

/// <summary>
/// One line whenever a party reaches a new station, another quarter of one or another pass of the alignment, another model is trained, a forecast is there or what came of it,
/// an attempt is over, or a link is missing; with the validation curve when its training is over: for logs, pipes and CI.
/// </summary>
internal sealed class PlainRunDisplay(TextWriter output) : IRunDisplay
{
    private readonly Dictionary<string, (Station, int, string?, bool)> _shown = [];
    private readonly StationClock _clock = new();
    private readonly HashSet<LinkOutageView> _outages = [];
    private readonly HashSet<(string Party, int Attempt)> _curves = [];
    private HashSet<(string Party, string Peer, LinkFault Fault, bool CircuitOpen)> _links = [];
    private string _interruption = "";
    private string _training = "";
    private string _forecast = "";

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

            string training = RunText.OfTraining(value);
            if (training.Length > 0 && training != _training)
            {
                _training = training;
                output.WriteLine($"{value.ElapsedSeconds,7:0.0} s  {training}");
            }

            string forecast = RunText.OfForecast(value);
            if (forecast.Length > 0 && forecast != _forecast)
            {
                _forecast = forecast;
                output.WriteLine($"{value.ElapsedSeconds,7:0.0} s  {forecast}");
            }

            ReportLinks(value);
            foreach (PartyView party in value.Parties)
            {
                double? left = _clock.SecondsLeft(value, party);
                (Station, int, string?, bool) now = (party.Station, party.Percent / 25, party.Pass, party.Connected);
                if (_shown.TryGetValue(party.Party, out (Station, int, string?, bool) before) && before == now)
                {
                    continue;
                }

                _shown[party.Party] = now;
                output.WriteLine(Line(value, party, left));
                ReportCurve(value, party);
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

    /// <summary>The whole curve once, when the training is over.</summary>
    private void ReportCurve(RunView run, PartyView party)
    {
        if ((party.Outcome is not null || party.Station is Station.Evaluating or Station.Ended) && CurveText.Of(party.Curve) is { } curve && _curves.Add((party.Party, run.Attempt)))
        {
            output.WriteLine($"           {curve}");
            if (CurveText.Of(party.Metric) is { } metric)
            {
                output.WriteLine($"           {metric}");
            }
        }
    }

    /// <summary>A link when it is missing, when the reason is another, when the circuit opens, and when it is over: not at each try.</summary>
    private void ReportLinks(RunView run)
    {
        foreach (LinkView link in run.Links.Where(l => !_links.Contains(KeyOf(l))))
        {
            output.WriteLine($"{run.ElapsedSeconds,7:0.0} s  {RunText.OfLink(link)}");
        }

        _links = [.. run.Links.Select(KeyOf)];
        foreach (LinkOutageView outage in run.Outages.Where(_outages.Add))
        {
            output.WriteLine($"{run.ElapsedSeconds,7:0.0} s  {RunText.OfOutage(outage)}");
        }

        static (string, string, LinkFault, bool) KeyOf(LinkView link) => (link.Party, link.Peer, link.Fault, link.CircuitOpen);
    }

    private static string Line(RunView run, PartyView party, double? left)
    {
        string what = party.Outcome is { } outcome
            ? $"ended: {RunText.Of(outcome)}"
            : $"{RunText.Of(party.Station),-11} {party.Percent,3} %{(party.Pass is { } pass ? $", {pass}" : "")}{(left is { } seconds ? $", {StationClock.Text(seconds)} left" : "")}{(party.Station == Station.Training ? CurveText.Newest(party.Curve, party.Metric) : "")}";
        return $"{run.ElapsedSeconds,7:0.0} s  {party.Party.PadRight(Math.Max(16, run.Parties.Max(p => p.Party.Length)))} {what}{(party.Connected ? "" : "  (agent away)")}";
    }
}
