using VerticalFL.Messages;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>Checks that the channels at hand are those of the study.</summary>
internal static class Participants
{
    public static void Check(TrainingContext context, Channel labelParty, IReadOnlyDictionary<PartyId, Channel> otherFeatureParties)
    {
        if (!context.Present.Contains(context.Self))
        {
            throw new ArgumentException($"'{context.Self}' is no feature party of the study, or is away.", nameof(context));
        }

        if (labelParty.Peer != context.Study.LabelParty)
        {
            throw new ArgumentException($"The channel ends at '{labelParty.Peer}', the label party is '{context.Study.LabelParty}'.", nameof(labelParty));
        }

        MustBe(context.Present.Where(p => p != context.Self), otherFeatureParties);
    }

    public static void Check(TrainingContext context, IReadOnlyDictionary<PartyId, Channel> featureParties)
    {
        if (context.Self != context.Study.LabelParty)
        {
            throw new ArgumentException($"'{context.Self}' is not the label party of the study.", nameof(context));
        }

        MustBe(context.Present, featureParties);
    }

    private static void MustBe(IEnumerable<PartyId> expected, IReadOnlyDictionary<PartyId, Channel> channels)
    {
        PartyId[] wanted = [.. expected.Order()];
        if (wanted.Length > ActivationRing.MaxFeatureParties)
        {
            throw new ArgumentException($"A sum has at most {ActivationRing.MaxFeatureParties} feature parties.");
        }

        if (!channels.Keys.Order().SequenceEqual(wanted) || channels.Any(c => c.Value.Peer != c.Key))
        {
            throw new ArgumentException($"Channels to exactly {string.Join(", ", wanted)} are needed.");
        }
    }
}
