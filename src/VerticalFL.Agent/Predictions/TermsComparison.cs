using VerticalFL.Agent.Runs;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Predictions;

/// <summary>
/// Every party shows every other what it was ordered to predict, before the alignment tells the parties about each other's patients: a coordinator that orders
/// different things of them, or a prediction that the label party never asked for, goes no further.
/// </summary>
internal static class TermsComparison
{
    private const string Step = "prediction: hello";

    /// <exception cref="PeerProtocolException">A peer was ordered another prediction.</exception>
    public static async Task RunAsync(RunChannels channels, PredictionTerms terms, CancellationToken cancellationToken)
    {
        byte[] own = terms.Hash();
        foreach (Channel channel in channels.All.Values)
        {
            await channel.SendAsync(new PredictionHello { Terms = own }, cancellationToken);
        }

        foreach ((PartyId peer, Channel channel) in channels.All.OrderBy(c => c.Key))
        {
            PredictionHello theirs = await channel.ReceiveAsync<PredictionHello>(cancellationToken);
            if (!theirs.Terms.Span.SequenceEqual(own))
            {
                throw new PeerProtocolException(peer, Step, "it was ordered another prediction than this party.");
            }
        }
    }
}
