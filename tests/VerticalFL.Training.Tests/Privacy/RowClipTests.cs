using System.Numerics;
using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class RowClipTests
{
    [Fact]
    public void No_encoded_row_is_longer_than_the_norm_in_exact_arithmetic()
    {
        var random = new Random(8);
        for (int round = 0; round < 2000; round++)
        {
            int width = random.Next(1, 65);
            double norm = Math.Pow(10, (4 * random.NextDouble()) - 2);
            double size = Math.Pow(10, (12 * random.NextDouble()) - 6);
            float[] rows = [.. Enumerable.Range(0, 3 * width).Select(_ => (float)(size * ((2 * random.NextDouble()) - 1)))];
            var lattice = new long[rows.Length];

            new RowClip(width, norm).Encode(rows, lattice);

            // (norm 2^24)^2, rounded down: the bound itself is an exact double.
            BigInteger most = new BigInteger(Math.Floor(norm * norm * Math.Pow(2, 48)));
            for (int row = 0; row < 3; row++)
            {
                BigInteger square = lattice.AsSpan(row * width, width).ToArray().Aggregate(BigInteger.Zero, (sum, x) => sum + ((BigInteger)x * x));
                Assert.True(square <= most, $"{square} > {most}: norm {norm}, width {width}");
            }
        }
    }

    [Fact]
    public void Short_rows_keep_their_values_and_long_ones_their_direction()
    {
        float[] rows = [0.5f, -0.25f, 30, 40];
        var lattice = new long[4];

        new RowClip(2, 1).Encode(rows, lattice);

        Assert.Equal([1 << 23, -(1 << 22)], lattice[..2]);
        Assert.Equal(0.6, lattice[2] / RowClip.Scale, 1e-6);
        Assert.Equal(0.8, lattice[3] / RowClip.Scale, 1e-6);
    }

    [Fact]
    public void Backward_is_the_derivative_of_the_shortening()
    {
        var clip = new RowClip(3, 2);
        float[] rows = [3, -4, 1, 0.5f, 0.5f, -1];
        float[] outer = [0.3f, 0.7f, -0.2f, 1, 2, 3];
        float[] gradient = [.. outer];

        clip.Backward(rows, gradient);

        for (int i = 0; i < rows.Length; i++)
        {
            const double H = 1e-3;
            double slope = (Value(i, H) - Value(i, -H)) / (2 * H);
            Assert.Equal(slope, gradient[i], 1e-4);
        }

        double Value(int at, double by)
        {
            double sum = 0;
            for (int start = 0; start < rows.Length; start += 3)
            {
                double[] x = [.. Enumerable.Range(start, 3).Select(i => rows[i] + (i == at ? by : 0))];
                double norm = Math.Sqrt(x.Sum(v => v * v));
                sum += x.Select((v, i) => v * Math.Min(1, 2 / norm) * outer[start + i]).Sum();
            }

            return sum;
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_is_refused(float bad) =>
        Assert.Throws<ArgumentException>(() => new RowClip(2, 1).Encode([bad, 0], new long[2]));
}
