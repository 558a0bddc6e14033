using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Engines;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Inference;

/// <summary>The label party's side of a joint prediction (<c>protocols/training/README.md</c>, section 11): the sum, decoded once, through the top.</summary>
public static class LabelPartyInference
{
    private const string Step = "prediction: masked activations";

    /// <summary>Predicts every row of this party's table, in order.</summary>
    /// <param name="context">Study, run and attempt of the prediction; a run of its own, never that which trained the model.</param>
    /// <param name="own">The trained bottom model over the new patients' prepared table in cohort order.</param>
    /// <param name="top">The trained top model.</param>
    /// <param name="featureParties">Channels to every feature party of the study.</param>
    /// <param name="progress">Told how many rows are predicted; may be null.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Rows x outputs as the loss defines them: logits, standardised numbers or log risks. With the bits that the model's own evaluation would give.</returns>
    /// <exception cref="PeerProtocolException">A peer broke the protocol.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    /// <exception cref="NonFiniteException">The numbers have run out of range.</exception>
    /// <exception cref="ArgumentException">Context, models and channels do not fit together.</exception>
    public static async Task<float[]> RunAsync(
        TrainingContext context, IBottomModel own, TopModel top, IReadOnlyDictionary<PartyId, Channel> featureParties, IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(top);
        ArgumentNullException.ThrowIfNull(featureParties);
        Participants.Check(context, featureParties);
        if (own.CutWidth != top.CutWidth)
        {
            throw new ArgumentException($"The bottom's cut is {own.CutWidth} wide, the top's {top.CutWidth}.", nameof(top));
        }

        ActivationRing ring = context.Ring;
        (PartyId Peer, Channel Channel)[] links = [.. featureParties.OrderBy(p => p.Key).Select(p => (p.Key, p.Value))];
        var outputs = new float[(long)own.TableRows * top.Outputs];
        int done = 0;
        foreach (InferencePiece piece in InferencePiece.Of(own.TableRows))
        {
            var cut = new float[piece.Rows.Length * own.CutWidth];
            var encoded = new byte[cut.Length * ring.ElementSize];
            own.Forward(piece.Rows, step: 0, training: false, cut);
            ring.Encode(cut, encoded);
            byte[] sum = await ReceiveSumAsync(ring, links, piece.Number, encoded.Length, cancellationToken);
            ring.DecodeSum(sum, encoded, cut);
            int count = piece.Rows.Length * top.Outputs;
            top.Forward(cut, piece.Rows.Length, step: 0, training: false, outputs.AsSpan(done, count));
            done += count;
            progress?.Report(piece.End);
        }

        return outputs;
    }

    private static async Task<byte[]> ReceiveSumAsync(
        ActivationRing ring, (PartyId Peer, Channel Channel)[] links, int piece, int bytes, CancellationToken cancellationToken)
    {
        var sum = new byte[bytes];
        foreach ((PartyId peer, Channel channel) in links)
        {
            using BorrowedMessage<MaskedActivations> borrowed = await channel.BorrowAsync<MaskedActivations>(cancellationToken);
            MaskedActivations message = borrowed.Message;
            if (message is not { Purpose: ActivationPurpose.Prediction, Step: 0 } || message.Microbatch != piece)
            {
                throw new PeerProtocolException(
                    peer, Step, $"it sends {message.Purpose} {message.Step}/{message.Microbatch} where {ActivationPurpose.Prediction} 0/{piece} is due.");
            }

            if (message.Values.Length != bytes)
            {
                throw new PeerProtocolException(peer, Step, $"{message.Values.Length} bytes where {bytes} belong.");
            }

            ring.Add(sum, message.Values.Span);
        }

        return sum;
    }
}
