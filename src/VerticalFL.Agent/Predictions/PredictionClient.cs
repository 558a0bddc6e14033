using System.Net.Sockets;
using System.Text.Json;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Predictions;

/// <summary>Asks a party's agent on this machine for a prediction and follows it to its end, over restarts of the agent.</summary>
/// <param name="agent">The agent's control socket; stays the caller's.</param>
/// <param name="time">The clock.</param>
public sealed class PredictionClient(LocalClient agent, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan UnorderedAtMost = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AwayAtMost = TimeSpan.FromMinutes(15);

    /// <summary>Asks for it.</summary>
    /// <exception cref="LocalRequestException">The agent refuses, or does not run.</exception>
    public Task<PredictionView> AskAsync(PredictionAsk ask, CancellationToken cancellationToken) =>
        agent.PostAsync<PredictionView>("predictions", JsonSerializer.SerializeToUtf8Bytes(ask, LocalJson.Options), cancellationToken);

    /// <summary>What it would be, before it is asked for; nothing is sent to anybody.</summary>
    /// <exception cref="LocalRequestException">The agent refuses, or does not run.</exception>
    public Task<PredictionForecast> ForecastAsync(PredictionAsk ask, CancellationToken cancellationToken) =>
        agent.PostAsync<PredictionForecast>("predictions/forecast", JsonSerializer.SerializeToUtf8Bytes(ask, LocalJson.Options), cancellationToken);

    /// <summary>A prediction as it stands now.</summary>
    /// <exception cref="LocalRequestException">There is none such, or the agent does not run.</exception>
    public Task<PredictionView> ViewAsync(string prediction, CancellationToken cancellationToken) =>
        agent.GetAsync<PredictionView>($"predictions/{prediction}", cancellationToken);

    /// <summary>Waits for its end.</summary>
    /// <param name="prediction">The prediction's id.</param>
    /// <param name="progress">Told whenever something has changed; may be null.</param>
    /// <param name="cancellationToken">Ends the waiting, not the prediction.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="LocalRequestException">The agent stays away, or the coordinator does not order it.</exception>
    public async Task<PredictionView> FollowAsync(string prediction, IProgress<PredictionView>? progress, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp(), seen = began;
        for (PredictionView? last = null; ; await Task.Delay(Pause, time, cancellationToken))
        {
            try
            {
                PredictionView view = await ViewAsync(prediction, cancellationToken);
                seen = time.GetTimestamp();
                if (view != last)
                {
                    progress?.Report(view);
                }

                if (view.Outcome is not null)
                {
                    return view;
                }

                last = view;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or LocalRequestException { Refusal: LocalRefusal.NotRunning })
            {
                // It may be on its way back; the prediction goes on with it.
                if (time.GetElapsedTime(seen) > AwayAtMost)
                {
                    throw;
                }
            }

            if (last is { Attempt: 0 } && time.GetElapsedTime(began) > UnorderedAtMost)
            {
                throw new LocalRequestException(LocalRefusal.NotRunning, "The coordinator has not ordered the prediction within a minute: see `vfl status`, then ask again.");
            }
        }
    }

    /// <summary>Ends it for everybody.</summary>
    /// <exception cref="LocalRequestException">It has not begun, is over, or the agent does not run.</exception>
    public Task CancelAsync(string prediction, CancellationToken cancellationToken) => agent.PostAsync<JsonElement>($"runs/{prediction}/cancel", default, cancellationToken);

    /// <summary>The predictions of one that has finished, as CSV.</summary>
    /// <exception cref="LocalRequestException">There are none.</exception>
    public Task<byte[]> TableAsync(string prediction, CancellationToken cancellationToken) => agent.GetBytesAsync($"predictions/{prediction}/table.csv", cancellationToken);

    /// <summary>How many patients a table of predictions has: its records but for the header, whatever line feeds stand inside quotes.</summary>
    public static int PatientsIn(ReadOnlySpan<byte> table)
    {
        int records = 0;
        bool quoted = false;
        foreach (byte b in table)
        {
            quoted ^= b == '"';
            records += b == '\n' && !quoted ? 1 : 0;
        }

        return records - 1;
    }

    /// <summary>Why a prediction ended without a table; null when it has one.</summary>
    public static string? Problem(PredictionView end)
    {
        ArgumentNullException.ThrowIfNull(end);
        return end.Outcome == RunOutcome.Finished ? null : end.Error ?? "The prediction failed; the agent gave no reason.";
    }
}
