// Which sums of few parties follow from the sums that are released.
// What:        a released sum is a 0/1 vector over the feature parties; with the same rows and weights, whoever has several sums has all their linear combinations.
//              A party is hidden among the parties of the smallest such combination that it is part of: two sums that differ by one party show that party, and so
//              do AB, BC and AC together, of which no two differ by one.
// Reference:   SECURITY.md, section 4 (differencing rule); Dinur and Nissim 2003, "Revealing information while preserving privacy" (what sums over subsets tell).
// Parameters:  at most 8 parties. Arithmetic modulo the prime 2^31 - 1: elimination meets minors of 0/1 matrices of order 8 or less only, which are at most
//              56 in size (Hadamard), so that none vanishes that is not zero. A combination's whole-number factor, at most 56, costs a ring element its top 6 bits.
// Adversary:   the label party that remembers all sums. Together with feature parties it knows their part of every sum: then what counts is how many others there are.
using VerticalFL.Messages;

namespace VerticalFL.Governance.Policies;

/// <summary>Judges a family of released sums over the same rows and weights by what can be calculated from it.</summary>
public static class Differencing
{
    private const long Prime = int.MaxValue;

    /// <summary>The number of feature parties in the smallest sum, released or calculated from released ones, that a party is part of.</summary>
    /// <param name="featureParties">All feature parties; at most 8.</param>
    /// <param name="released">The parties of each released sum.</param>
    /// <param name="party">The party.</param>
    /// <returns>1 where the party's own activations follow; at most the number of feature parties. That number also where it is part of no sum.</returns>
    public static int FewestTogether(IReadOnlyList<PartyId> featureParties, IEnumerable<IReadOnlyList<PartyId>> released, PartyId party)
    {
        ArgumentNullException.ThrowIfNull(featureParties);
        ArgumentNullException.ThrowIfNull(released);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(featureParties.Count, 8);
        int self = featureParties.Order().ToList().IndexOf(party);
        PartyId[] order = [.. featureParties.Order()];
        long[][] sums = [.. released.Select(sum => order.Select(p => sum.Contains(p) ? 1L : 0L).ToArray())];
        return Enumerable.Range(0, 1 << order.Length)
            .Where(some => (some >> self & 1) == 1 && Follows(sums, some, self))
            .Select(some => int.PopCount(some))
            .Append(order.Length)
            .Min();
    }

    /// <summary>Whether some combination of the sums has only parties of a set, and a given one of them.</summary>
    private static bool Follows(long[][] sums, int some, int party)
    {
        List<long[]> rows = [.. sums.Select(s => (long[])s.Clone())];
        foreach (int outside in Enumerable.Range(0, 8).Where(c => c < (sums.Length == 0 ? 0 : sums[0].Length) && (some >> c & 1) == 0))
        {
            if (rows.FirstOrDefault(r => r[outside] != 0) is not { } pivot)
            {
                continue;
            }

            rows.Remove(pivot);
            foreach (long[] row in rows.Where(r => r[outside] != 0))
            {
                (long a, long b) = (pivot[outside], row[outside]);
                for (int c = 0; c < row.Length; c++)
                {
                    row[c] = ((a * row[c]) + ((Prime - b) * pivot[c])) % Prime;
                }
            }
        }

        // What is left has no party outside the set.
        return rows.Any(r => r[party] != 0);
    }
}
