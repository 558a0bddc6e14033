using VerticalFL.Messages;

namespace VerticalFL.Alignment;

/// <summary>The common patients, as this party's own row numbers in the order that all parties share.</summary>
/// <param name="Rows">Row i of the cohort is this row of the party's own table, from 0.</param>
/// <param name="Keys">The key of the study by which row i was matched, from 0: the same at every party.</param>
/// <param name="Passes">What each pass found, in the order of the study's keys.</param>
/// <param name="Id">
/// 32 hexadecimal characters, the same at every party and random: names this alignment, so that parties can tell after a restart whether
/// they
/// hold the same one. It says nothing about the patients.
/// </param>
public sealed record AlignmentResult(IReadOnlyList<int> Rows, ReadOnlyMemory<byte> Keys, IReadOnlyList<AlignmentPass> Passes, string Id)
{
    /// <summary>
    /// How many patients each party is known to have brought, padding included: those that were matched before a pass and those that it brought to the pass
    /// are different ones, so that the largest such sum over the passes counts. With one key, its distinct identifiers.
    /// </summary>
    public IReadOnlyDictionary<PartyId, int> Sizes { get; } = SizesOf(Passes);

    /// <summary>The largest set that each other party has brought to a pass: what a policy bounds.</summary>
    public IReadOnlyDictionary<PartyId, long> LargestPeerSets(PartyId self) =>
        Sizes.Keys.Where(p => p != self).ToDictionary(p => p, p => (long)Passes.Max(pass => pass.Sizes[p]));

    private static Dictionary<PartyId, int> SizesOf(IReadOnlyList<AlignmentPass> passes)
    {
        Dictionary<PartyId, int> sizes = [];
        int before = 0;
        foreach (AlignmentPass pass in passes)
        {
            foreach ((PartyId party, int size) in pass.Sizes)
            {
                sizes[party] = Math.Max(sizes.GetValueOrDefault(party), before + size);
            }

            before += pass.Patients;
        }

        return sizes;
    }
}
