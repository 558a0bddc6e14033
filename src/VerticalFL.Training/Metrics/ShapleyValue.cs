// What each of several players adds to what all of them reach together.
// What:        phi_i = sum over the sets S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)): the mean, over all orders in which players may join, of what i adds on
//              joining. They add up to v(all) - v(none).
// Reference:   Shapley 1953, "A value for n-person games". As a party's contribution in vertical federated learning: Han et al. 2021, "Data valuation for vertical
//              federated learning".
// Parameters:  exact over all 2^n sets; n at most 8 here.
namespace VerticalFL.Training.Metrics;

/// <summary>Shapley values over every set of players.</summary>
public static class ShapleyValue
{
    /// <summary>Each player's value.</summary>
    /// <param name="worth">What each set of players reaches; the set of number k has player i where bit i of k is set. Its length is a power of two, at most 256.</param>
    /// <exception cref="ArgumentException">The length is another one.</exception>
    public static double[] Of(IReadOnlyList<double> worth)
    {
        ArgumentNullException.ThrowIfNull(worth);
        if (worth.Count is 0 or > 256 || !int.IsPow2(worth.Count))
        {
            throw new ArgumentException($"{worth.Count} sets are not all sets of at most 8 players.", nameof(worth));
        }

        int players = int.Log2(worth.Count);
        var values = new double[players];
        for (int set = 0; set < worth.Count; set++)
        {
            for (int player = 0; player < players; player++)
            {
                if ((set >> player & 1) == 0)
                {
                    values[player] += Share(int.PopCount(set), players) * (worth[set | (1 << player)] - worth[set]);
                }
            }
        }

        return values;
    }

    // In what share of all orders exactly these players stand before the one that joins.
    private static double Share(int before, int players)
    {
        double share = 1.0 / players;
        for (int i = 1; i <= before; i++)
        {
            share *= (double)i / (players - i);
        }

        return share;
    }
}
