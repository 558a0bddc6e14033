using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Inference;

/// <summary>A feature party's side of a joint prediction (<c>protocols/training/README.md</c>, section 11): its masked part of the sum, and nothing back.</summary>
public static class FeaturePartyInference
{
    /// <summary>Sends this party's part of the sum for every row of its table, in order, under masks that are made for this attempt alone.</summary>
    /// <param name="context">Study, run and attempt of the prediction; a run of its own, never that which trained the model.</param>
    /// <param name="own">The trained bottom model over the new patients' prepared table in cohort order.</param>
    /// <param name="labelParty">The channel to the label party.</param>
    /// <param name="otherFeatureParties">Channels to every other feature party that takes part.</param>
    /// <param name="progress">Told how many rows have left; may be null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="rows">Rows of the table, the same at every party. Default: all of it.</param>
    /// <exception cref="PeerProtocolException">A peer broke the protocol.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    /// <exception cref="NonFiniteException">The numbers have run out of range.</exception>
    /// <exception cref="ArgumentException">Context and channels do not fit together.</exception>
    public static async Task RunAsync(
        TrainingContext context, IBottomModel own, Channel labelParty, IReadOnlyDictionary<PartyId, Channel> otherFeatureParties, IProgress<int>? progress,
        CancellationToken cancellationToken, IReadOnlyList<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(labelParty);
        ArgumentNullException.ThrowIfNull(otherFeatureParties);
        Participants.Check(context, labelParty, otherFeatureParties);
        InferencePiece.RefuseDifferentialPrivacy(context.Study);
        using MaskKeys keys = await MaskKeys.ExchangeAsync(context.MaskSession, context.Self, otherFeatureParties, cancellationToken);
        using NoiseSeed? drawn = context.NoiseSeed is null ? new NoiseSeed() : null;
        ReleaseNoise? noise = ReleaseNoise.For(context.Study, own.CutWidth, () => new NoiseSource(context.NoiseSeed ?? drawn!));
        using var encoder = new MaskedEncoder(keys, context.Ring, noise);
        foreach (InferencePiece piece in InferencePiece.Of(InferencePiece.RowsOf(rows, own.TableRows)))
        {
            var cut = new float[piece.Rows.Length * own.CutWidth];
            var masked = new byte[cut.Length * context.Ring.ElementSize];
            own.Forward(piece.Rows, step: 0, training: false, cut);
            NonFiniteException.Check(cut, step: 0);
            encoder.Encode(ActivationPurpose.Prediction, step: 0, piece.Number, cut, masked);
            var message = new MaskedActivations { Purpose = ActivationPurpose.Prediction, Step = 0, Microbatch = piece.Number, Values = masked };
            await labelParty.SendAsync(message, cancellationToken);
            progress?.Report(piece.End);
        }
    }
}
