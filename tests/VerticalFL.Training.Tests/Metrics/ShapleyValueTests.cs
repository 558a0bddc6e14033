using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.Metrics;

public sealed class ShapleyValueTests
{
    [Fact]
    public void Glove_game_has_its_known_values()
    {
        // Player 0 has a left glove, players 1 and 2 a right one each; a pair is worth 1.
        double[] values = ShapleyValue.Of([0, 0, 0, 1, 0, 1, 0, 1]);

        Assert.Equal(2.0 / 3, values[0], 1e-12);
        Assert.Equal(1.0 / 6, values[1], 1e-12);
        Assert.Equal(1.0 / 6, values[2], 1e-12);
    }

    [Fact]
    public void Values_are_the_mean_over_all_orders_and_add_up()
    {
        var random = new Random(3);
        double[] worth = [.. Enumerable.Range(0, 16).Select(_ => random.NextDouble())];

        double[] values = ShapleyValue.Of(worth);

        int[][] orders = [.. Orders([0, 1, 2, 3])];
        Assert.Equal(24, orders.Length);
        for (int player = 0; player < 4; player++)
        {
            double mean = orders.Average(o =>
            {
                int before = o.TakeWhile(p => p != player).Sum(p => 1 << p);
                return worth[before | (1 << player)] - worth[before];
            });
            Assert.Equal(mean, values[player], 1e-12);
        }

        Assert.Equal(worth[15] - worth[0], values.Sum(), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(512)]
    public void Other_numbers_of_sets_are_refused(int sets) => Assert.Throws<ArgumentException>(() => ShapleyValue.Of(new double[sets]));

    private static IEnumerable<int[]> Orders(int[] players) =>
        players.Length == 0 ? [[]] : players.SelectMany(p => Orders([.. players.Where(q => q != p)]).Select(o => (int[])[p, .. o]));
}
