using System.Runtime.InteropServices;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Judges what one feature party sends as masked activations.</summary>
internal static class MaskedWords
{
    public static IEnumerable<string> Judge(IReadOnlyList<RecordedMessage> messages, PartyId party, int width)
    {
        MaskedActivations[] sent = Of(messages, party);
        if (sent.Length == 0)
        {
            yield return $"masked activations of {party}: none were recorded";
        }

        foreach (string problem in Uniformity.Judge([.. sent.SelectMany(Words)], width))
        {
            yield return $"masked activations of {party}: {problem}";
        }

        // Under a mask used twice the difference of two messages is a difference of activations: small numbers.
        uint[] differences = [.. sent.Zip(sent.Skip(1)).SelectMany(p => Words(p.First).Zip(Words(p.Second), (a, b) => unchecked(b - a)))];
        foreach (string problem in Uniformity.Judge(differences, width))
        {
            yield return $"masked activations of {party}, one message less the one before: {problem}";
        }
    }

    public static MaskedActivations[] Of(IReadOnlyList<RecordedMessage> messages, PartyId party) =>
        [.. messages.Where(m => m.Sent && m.At == party && m.Type == MessageType.MaskedActivations).Select(m => MessageCodec.Decode<MaskedActivations>(m.Bytes))];

    public static uint[] Words(MaskedActivations message) => MemoryMarshal.Cast<byte, uint>(message.Values.Span).ToArray();
}
