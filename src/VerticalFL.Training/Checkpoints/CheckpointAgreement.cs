using VerticalFL.Messages;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Checkpoints;

/// <summary>How the label party finds the checkpoint from which all go on.</summary>
internal static class CheckpointAgreement
{
    public const string Step = "training: resume";

    /// <summary>The newest checkpoint that everybody holds, or null.</summary>
    /// <param name="own">The label party's.</param>
    /// <param name="offers">Every feature party's.</param>
    /// <exception cref="PeerProtocolException">
    /// A party has another transcript of a step than the label party or an earlier party: going on could release two sums over the same rows and
    /// different weights.
    /// </exception>
    public static CheckpointMark? Choose(IReadOnlyList<CheckpointMark> own, IEnumerable<KeyValuePair<PartyId, IReadOnlyList<CheckpointMark>>> offers)
    {
        Dictionary<long, CheckpointMark> known = own.ToDictionary(m => m.Step);
        HashSet<long> common = [.. known.Keys];
        foreach ((PartyId peer, IReadOnlyList<CheckpointMark> held) in offers)
        {
            foreach (CheckpointMark mark in held)
            {
                if (!known.TryAdd(mark.Step, mark) && known[mark.Step] != mark)
                {
                    throw new PeerProtocolException(peer, Step, $"its checkpoint of step {mark.Step} belongs to another course of the training.");
                }
            }

            common.IntersectWith(held.Select(m => m.Step));
        }

        return common.Count == 0 ? null : known[common.Max()];
    }
}
