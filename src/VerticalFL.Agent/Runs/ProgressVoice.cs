using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>Tells the coordinator where an attempt is: at once when the station changes, else a few times a second.</summary>
internal sealed class ProgressVoice(ICoordinatorVoice voice, LinkVoice links, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>The telemetry of one attempt.</summary>
    public RunTelemetry Of(ActiveRun attempt)
    {
        long last = time.GetTimestamp();
        Station lastStation = Station.Ended;
        return new RunTelemetry(attempt, p =>
        {
            if (p.Station == lastStation && time.GetElapsedTime(last) < Pause)
            {
                return;
            }

            (last, lastStation) = (time.GetTimestamp(), p.Station);
            _ = voice.TryTellAsync(p, CancellationToken.None);
        }, links.Of(attempt));
    }
}
