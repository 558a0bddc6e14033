using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Inference;

/// <summary>The label party's side of a joint prediction (<c>protocols/training/README.md</c>, section 11): the sum, decoded once, through the top.</summary>
public static class LabelPartyInference
{
    /// <summary>Predicts every row of this party's table, in order.</summary>
    /// <param name="context">Study, run and attempt of the prediction; a run of its own, never that which trained the model.</param>
    /// <param name="own">The trained bottom model over the new patients' prepared table in cohort order.</param>
    /// <param name="top">The trained top model.</param>
    /// <param name="featureParties">Channels to every feature party that takes part.</param>
    /// <param name="progress">Told how many rows are predicted; may be null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="rows">Rows of the table, the same at every party. Default: all of it.</param>
    /// <returns>Rows x outputs as the loss defines them: logits, standardised numbers or log risks. With the bits that the model's own evaluation would give.</returns>
    /// <exception cref="PeerProtocolException">A peer broke the protocol.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    /// <exception cref="NonFiniteException">The numbers have run out of range.</exception>
    /// <exception cref="ArgumentException">Context, models and channels do not fit together.</exception>
    public static async Task<float[]> RunAsync(
        TrainingContext context, IBottomModel own, TopModel top, IReadOnlyDictionary<PartyId, Channel> featureParties, IProgress<int>? progress,
        CancellationToken cancellationToken, IReadOnlyList<int>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(top);
        ArgumentNullException.ThrowIfNull(featureParties);
        Participants.Check(context, featureParties);
        InferencePiece.RefuseDifferentialPrivacy(context.Study);
        if (own.CutWidth != top.CutWidth)
        {
            throw new ArgumentException($"The bottom's cut is {own.CutWidth} wide, the top's {top.CutWidth}.", nameof(top));
        }

        (PartyId Peer, Channel Channel)[] links = [.. featureParties.OrderBy(p => p.Key).Select(p => (p.Key, p.Value))];
        var sum = new CutSum(context.Ring, own.CutWidth, TrainingPlan.PieceRows, links);
        var cut = new float[TrainingPlan.PieceRows * own.CutWidth];
        int[] predicted = InferencePiece.RowsOf(rows, own.TableRows);
        var outputs = new float[(long)predicted.Length * top.Outputs];
        int done = 0;
        foreach (InferencePiece piece in InferencePiece.Of(predicted))
        {
            int count = piece.Rows.Length;
            int values = count * own.CutWidth;
            own.Forward(piece.Rows, step: 0, training: false, cut.AsSpan(0, values));
            NonFiniteException.Check(cut.AsSpan(0, values), step: 0);
            sum.Begin(cut.AsSpan(0, values));
            await sum.ReceiveAsync(ActivationPurpose.Prediction, step: 0, new Microbatch(piece.Number, 0, count), cut, cancellationToken);
            top.Forward(cut.AsSpan(0, values), count, step: 0, training: false, outputs.AsSpan(done, count * top.Outputs));
            done += count * top.Outputs;
            progress?.Report(piece.End);
        }

        return outputs;
    }
}
