using VerticalFL.Messages;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Agent.Runs;

/// <summary>Opens an attempt's channels to every other party.</summary>
internal delegate Task<RunChannels> OpenChannels(ActiveRun run, ChannelOptions options, CancellationToken cancellationToken);

/// <summary>One run's channels to every other party, opened together and closed together.</summary>
internal sealed class RunChannels : IAsyncDisposable
{
    private const string Training = "run";
    private const string Prediction = "predict";
    private static readonly TimeSpan StoppedCloseTimeout = TimeSpan.FromMilliseconds(250);
    private readonly ActiveRun _run;

    internal RunChannels(ActiveRun run, IReadOnlyDictionary<PartyId, Channel> all) => (_run, All) = (run, all);

    public IReadOnlyDictionary<PartyId, Channel> All { get; }

    /// <summary>How the channels of any run are set: what is counted, what is read apart, who hears of missing links, how long those are dialled.</summary>
    public static ChannelOptions OptionsOf(AgentOptions options, MessageLedger ledger, RunTelemetry progress) => new()
    {
        Observer = ledger, Apart = HeadExchange.Types, Links = progress.Links, ResumeDeadline = TimeSpan.FromSeconds(options.ReconnectSeconds),
    };

    public static async Task<RunChannels> OpenAsync(
        PartyConnector connector, ActiveRun run, PartyId self, ChannelOptions options, CancellationToken cancellationToken)
    {
        var binding = new ChannelBinding(run.Document.Id, run.Id, run.Attempt, run.Prediction is null ? Training : Prediction);
        Task<Channel>[] opening = [.. run.Parties.Where(p => p != self).Select(p => connector.OpenAsync(p, binding, options, cancellationToken))];
        try
        {
            Channel[] channels = await Task.WhenAll(opening);
            return new RunChannels(run, channels.ToDictionary(c => c.Peer));
        }
        catch
        {
            foreach (Task<Channel> opened in opening.Where(o => o.IsCompletedSuccessfully))
            {
                await (await opened).DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Closes them all. In an attempt that was stopped a peer may be gone, and the next attempt waits.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(
        All.Values.Select(c => (_run.StopCause is null ? c.DisposeAsync() : c.CloseAsync(StoppedCloseTimeout)).AsTask()));
}
