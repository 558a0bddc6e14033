using VerticalFL.Messages;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>A feature party's side of the split training (<c>protocols/training/README.md</c>, section 5).</summary>
public static class FeaturePartyTraining
{
    /// <summary>Trains until the label party says stop; afterwards the model holds the weights of the result.</summary>
    /// <param name="context">Which training.</param>
    /// <param name="own">This party's bottom model over its prepared table in cohort order.</param>
    /// <param name="rows">The row assignment as received.</param>
    /// <param name="labelParty">The channel to the label party.</param>
    /// <param name="otherFeatureParties">Channels to every other feature party of the study; they carry mask contributions only.</param>
    /// <param name="progress">Told after each epoch; may be null.</param>
    /// <param name="cancellationToken">Ends the training; the weights are then undefined.</param>
    /// <exception cref="PeerProtocolException">A peer broke the protocol.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    /// <exception cref="NonFiniteException">This party's own numbers have run out of range.</exception>
    /// <exception cref="ArgumentException">Context, channels, model and rows do not fit together.</exception>
    public static Task<FeatureTrainingResult> RunAsync(
        TrainingContext context, IBottomModel own, RowAssignment rows, Channel labelParty,
        IReadOnlyDictionary<PartyId, Channel> otherFeatureParties, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        RunAsync(context, own, rows, labelParty, otherFeatureParties, progress, TrainingSwitches.Default, cancellationToken);

    internal static async Task<FeatureTrainingResult> RunAsync(
        TrainingContext context, IBottomModel own, RowAssignment rows, Channel labelParty,
        IReadOnlyDictionary<PartyId, Channel> otherFeatureParties, IProgress<TrainingProgress>? progress, TrainingSwitches switches,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labelParty);
        ArgumentNullException.ThrowIfNull(otherFeatureParties);
        Participants.Check(context, labelParty, otherFeatureParties);
        if (own.TableRows != rows.Count)
        {
            throw new ArgumentException($"The model's table has {own.TableRows} rows, the cohort has {rows.Count}.", nameof(own));
        }

        var links = new PeerLinks(otherFeatureParties.Append(new(labelParty.Peer, labelParty)));
        using NoiseSeed? drawn = context.NoiseSeed is null ? new NoiseSeed() : null;
        context = context with { NoiseSeed = context.NoiseSeed ?? drawn };
        ReleaseNoise? noise = ReleaseNoise.For(context.Study, own.CutWidth, () => new NoiseSource(context.NoiseSeed!, context.ReleaseLog));
        using MaskedEncoder encoder = await MakeEncoderAsync(context, noise, otherFeatureParties, switches, cancellationToken);
        links.Count(switches.Masks ? otherFeatureParties.Count : 0);
        using PartyAbsence? absence = await PartyAbsence.AgreeAsync(context, otherFeatureParties, cancellationToken);
        links.Count(absence is null ? 0 : otherFeatureParties.Count);
        var session = new FeaturePartySession(context, own, rows, labelParty, links, encoder, noise?.Clip, absence, switches);
        return await session.RunAsync(progress, cancellationToken);
    }

    private static async Task<MaskedEncoder> MakeEncoderAsync(
        TrainingContext context, ReleaseNoise? noise, IReadOnlyDictionary<PartyId, Channel> others, TrainingSwitches switches,
        CancellationToken cancellationToken)
    {
        if (!switches.Masks)
        {
            return new MaskedEncoder(MaskKeys.FromPairs(context.Self, []), context.Ring, noise);
        }

        using MaskKeys keys = await MaskKeys.ExchangeAsync(context.MaskSession, context.Self, others, cancellationToken);
        return new MaskedEncoder(keys, context.Ring, noise);
    }
}
