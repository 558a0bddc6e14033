using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>Tells the coordinator where an attempt is: at once when the station changes or a forecast is there, else a few times a second.</summary>
internal sealed class ProgressVoice(ICoordinatorVoice voice, LinkVoice links, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The telemetry of one attempt.</summary>
    public RunTelemetry Of(ActiveRun attempt)
    {
        long last = time.GetTimestamp();
        Station lastStation = Station.Ended;
        RunForecast? lastForecast = null;
        return new RunTelemetry(attempt, p =>
        {
            if (p.Station == lastStation && p.Forecast == lastForecast && time.GetElapsedTime(last) < Pause)
            {
                return;
            }

            (last, lastStation, lastForecast) = (time.GetTimestamp(), p.Station, p.Forecast);
            _ = voice.TryTellAsync(p, CancellationToken.None);
        }, links.Of(attempt));
    }
}
