using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>
/// The sum at the cut as the label party takes it: its own activations, encoded while the others' are still to come, plus everybody's, decoded once. No
/// feature party's share is seen by itself.
/// </summary>
/// <param name="ring">The ring of the study.</param>
/// <param name="cutWidth">The width of the cut.</param>
/// <param name="largest">The most rows at once.</param>
/// <param name="featureParties">Every feature party's channel.</param>
/// <param name="trust">By what the others' sum is multiplied, which differential privacy blurs. Default: 1, it is clear.</param>
internal sealed class CutSum(
    ActivationRing ring, int cutWidth, int largest, IReadOnlyList<(PartyId Peer, Channel Channel)> featureParties, float trust = 1)
{
    private readonly float[] _clear = trust == 1 ? [] : new float[largest * cutWidth];
    private readonly byte[] _own = new byte[largest * cutWidth * ring.ElementSize];
    private readonly byte[] _masked = new byte[largest * cutWidth * ring.ElementSize];

    /// <summary>For an audit: receives the others' sum as it was decoded, without the own activations, in its place among the rows. Default: null, nobody looks.</summary>
    public float[]? Others { get; init; }

    /// <summary>Own activations that had to be clamped to the ring's range.</summary>
    public long Saturated { get; set; }

    /// <summary>Takes the own activations of some rows.</summary>
    /// <param name="cut">Rows x cut width.</param>
    public void Begin(ReadOnlySpan<float> cut)
    {
        if (trust == 1)
        {
            Saturated += ring.Encode(cut, _own.AsSpan(0, cut.Length * ring.ElementSize));
        }
        else
        {
            cut.CopyTo(_clear);
        }
    }

    /// <summary>Adds everybody's activations of a part of these rows to the own ones.</summary>
    /// <param name="purpose">What the activations are for.</param>
    /// <param name="step">The step that is due.</param>
    /// <param name="some">Which of the rows; its number is the microbatch that is due.</param>
    /// <param name="cut">Receives the part's sum, in its place among the rows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PeerProtocolException">A peer sends something else than what is due.</exception>
    public async ValueTask ReceiveAsync(ActivationPurpose purpose, long step, Microbatch some, Memory<float> cut, CancellationToken cancellationToken)
    {
        Range bytes = some.Of(cutWidth * ring.ElementSize);
        foreach ((int number, (PartyId peer, Channel channel)) in featureParties.Index())
        {
            using BorrowedMessage<MaskedActivations> borrowed = await channel.BorrowAsync<MaskedActivations>(cancellationToken);
            ReadOnlySpan<byte> values = ValuesDue(peer, borrowed.Message, purpose, step, some);
            if (number == 0)
            {
                values.CopyTo(_masked.AsSpan(bytes));
            }
            else
            {
                ring.Add(_masked.AsSpan(bytes), values);
            }
        }

        Decode(some, bytes, cut.Span[some.Of(cutWidth)]);
    }

    /// <summary>Decodes the own activations with nobody's beside them.</summary>
    /// <param name="some">Which of the rows.</param>
    /// <param name="cut">Receives them, in their place among the rows.</param>
    public void OwnAlone(Microbatch some, Memory<float> cut)
    {
        Range bytes = some.Of(cutWidth * ring.ElementSize);
        _masked.AsSpan(bytes).Clear();
        Decode(some, bytes, cut.Span[some.Of(cutWidth)]);
    }

    private void Decode(Microbatch some, Range bytes, Span<float> cut)
    {
        if (Others is not null)
        {
            byte[] nothing = new byte[some.Rows * cutWidth * ring.ElementSize];
            ring.DecodeSum(_masked.AsSpan(bytes), nothing, Others.AsSpan(some.Of(cutWidth)));
        }

        // With trust below 1 the own term in the ring stays zero and joins afterwards.
        ring.DecodeSum(_masked.AsSpan(bytes), _own.AsSpan(bytes), cut);
        ReadOnlySpan<float> clear = _clear.AsSpan(trust == 1 ? default : some.Of(cutWidth));
        for (int i = 0; i < clear.Length; i++)
        {
            cut[i] = MathF.FusedMultiplyAdd(trust, cut[i], clear[i]);
        }
    }

    private ReadOnlySpan<byte> ValuesDue(PartyId peer, MaskedActivations message, ActivationPurpose purpose, long step, Microbatch some)
    {
        string stage = purpose == ActivationPurpose.Prediction ? "prediction: masked activations" : "training: masked activations";
        if (message.Purpose != purpose || message.Step != step || message.Microbatch != some.Number)
        {
            throw new PeerProtocolException(
                peer, stage, $"it sends {message.Purpose} {message.Step}/{message.Microbatch} where {purpose} {step}/{some.Number} is due.");
        }

        int bytes = some.Rows * cutWidth * ring.ElementSize;
        return message.Values.Length == bytes ? message.Values.Span
            : throw new PeerProtocolException(peer, stage, $"{message.Values.Length} bytes where {bytes} belong.");
    }
}
