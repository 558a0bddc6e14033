using System.Diagnostics;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>What hiding the activations costs on this machine by itself, beside no other work.</summary>
public static class MaskCost
{
    private const int Rounds = 401;

    /// <summary>
    /// Milliseconds of one processor for one step of all parties: every feature party encodes and masks, the label party encodes its own, adds
    /// and decodes. The median of many.
    /// </summary>
    /// <param name="parties">The parties, at least two; the first is the label party.</param>
    /// <param name="ring">The study's word for the ring, such as <c>u32.20</c>.</param>
    /// <param name="values">Activations of one party: rows times the width of the cut.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<double> MillisecondsAsync(IReadOnlyList<PartyId> parties, string ring, int values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentOutOfRangeException.ThrowIfLessThan(parties.Count, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(values);
        int featureParties = parties.Count - 1;
        var arithmetic = ActivationRing.For(ring, featureParties);
        using MaskKeys keys = await ExchangeAsync(parties, cancellationToken);
        using var encoder = new MaskedEncoder(keys, arithmetic);
        var activations = new float[values];
        for (int i = 0; i < values; i++)
        {
            activations[i] = (i % 97 / 10f) - 5;
        }

        var own = new byte[values * arithmetic.ElementSize];
        var masked = new byte[own.Length];
        var sum = new byte[own.Length];
        var decoded = new float[values];
        var milliseconds = new double[Rounds];
        for (int round = -Rounds; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            arithmetic.Encode(activations, own);
            for (int party = 0; party < featureParties; party++)
            {
                encoder.Encode(ActivationPurpose.Training, ((long)(round + Rounds) * featureParties) + party, 0, activations, party == 0 ? sum : masked);
                if (party > 0)
                {
                    arithmetic.Add(sum, masked);
                }
            }

            arithmetic.DecodeSum(sum, own, decoded);
            if (round >= 0)
            {
                milliseconds[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        Array.Sort(milliseconds);
        return milliseconds[Rounds / 2];
    }

    /// <summary>The first feature party's keys with all the others.</summary>
    private static async Task<MaskKeys> ExchangeAsync(IReadOnlyList<PartyId> parties, CancellationToken cancellationToken)
    {
        var session = new MaskSession(default, default, 1, parties);
        PartyId self = parties[1];
        (PartyId Peer, Channel Here, Channel There)[] pairs = [.. parties.Skip(2).Select(peer =>
        {
            (Channel here, Channel there) = Channel.CreateInMemoryPair(self, peer);
            return (peer, here, there);
        })];
        Task<MaskKeys> own = MaskKeys.ExchangeAsync(session, self, pairs.ToDictionary(p => p.Peer, p => p.Here), cancellationToken);
        MaskKeys[] others = await Task.WhenAll(pairs.Select(
            p => MaskKeys.ExchangeAsync(session, p.Peer, new Dictionary<PartyId, Channel> { [self] = p.There }, cancellationToken)));
        MaskKeys keys = await own;
        Array.ForEach(others, k => k.Dispose());
        await Task.WhenAll(pairs.SelectMany(p => new[] { p.Here.DisposeAsync().AsTask(), p.There.DisposeAsync().AsTask() }));
        return keys;
    }
}
