using System.Buffers.Binary;
using VerticalFL.Messages;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// Counts single 32-bit feature values that stand apart from their neighbours, per party, direction and class of message, and compares
/// with chance. A single value among many random bytes cannot be told from chance by anybody; a column of them can.
/// </summary>
internal sealed class ScatteredValues
{
    // A window of random bytes equals one of n different values with probability n / 2^32. An aligned float32 of a gradient has 23 random
    // bits only, the sign and exponent being those of its neighbours: n / 2^23 for a quarter of the windows, at most 2^7 times as much.
    private const double GradientFactor = 128;
    private const double LogOfAccepted = -30; // e^-30 is 10^-13 for each of about 60 groups.

    private readonly HashSet<uint> _values = [];

    public ScatteredValues(IEnumerable<PartySecrets> secrets)
    {
        foreach (PartySecrets party in secrets)
        {
            foreach (double value in party.Numbers.SelectMany(ValueNeedles.Read).Concat(ValueNeedles.Prepared(party).SelectMany(c => c)))
            {
                if (double.IsFinite(value) && ValueForms.IsDistinctive(value))
                {
                    foreach ((_, Func<double, byte[]> encode) in ValueForms.Narrow)
                    {
                        _values.Add(BinaryPrimitives.ReadUInt32LittleEndian(encode(value)));
                    }
                }
            }
        }
    }

    public IEnumerable<string> Judge(IReadOnlyList<RecordedMessage> messages)
    {
        foreach (IGrouping<(PartyId At, bool Sent, MessageType Type), RecordedMessage> group in messages.GroupBy(m => (m.At, m.Sent, m.Type)))
        {
            int hits = 0;
            long windows = 0;
            foreach (RecordedMessage message in group)
            {
                ReadOnlySpan<byte> bytes = message.Bytes;
                for (int i = 0; i + sizeof(uint) <= bytes.Length; i++, windows++)
                {
                    hits += _values.Contains(BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..])) ? 1 : 0;
                }
            }

            double expected = windows * (double)_values.Count / (1L << 32) * (group.Key.Type == MessageType.ActivationGradients ? GradientFactor : 1);
            if (hits > Accepted(expected))
            {
                yield return $"feature values: {hits} single 32-bit values in {group.Key.Type} at {group.Key.At} where chance gives about {expected:0.00}";
            }
        }
    }

    /// <summary>Chernoff: a Poisson variable of mean m reaches t > m with probability at most e^(t - m) (m / t)^t.</summary>
    private static int Accepted(double mean)
    {
        int most = (int)Math.Ceiling(mean) + 1;
        while (most - mean + (most * Math.Log(mean / most)) > LogOfAccepted)
        {
            most++;
        }

        return most;
    }
}
