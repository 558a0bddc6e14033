using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Agent.Runs;

/// <summary>One run's channels to every other party, opened together and closed together.</summary>
internal sealed class RunChannels : IAsyncDisposable
{
    private const string Stream = "run";

    private RunChannels(IReadOnlyDictionary<PartyId, Channel> all) => All = all;

    public IReadOnlyDictionary<PartyId, Channel> All { get; }

    public static async Task<RunChannels> OpenAsync(
        PartyConnector connector, ActiveRun run, PartyId self, ChannelOptions options, CancellationToken cancellationToken)
    {
        Study study = run.Document.Study;
        var binding = new ChannelBinding(run.Document.Id, run.Id, run.Attempt, Stream);
        Task<Channel>[] opening = [.. study.Parties.Where(p => p != self).Select(p => connector.OpenAsync(p, binding, options, cancellationToken))];
        try
        {
            Channel[] channels = await Task.WhenAll(opening);
            return new RunChannels(channels.ToDictionary(c => c.Peer));
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

    public async ValueTask DisposeAsync() => await Task.WhenAll(All.Values.Select(c => c.DisposeAsync().AsTask()));
}
