using System.Globalization;
using System.Text.Json.Nodes;
using VerticalFL.Training.SecureAggregation;
using Xunit;

namespace VerticalFL.Training.Tests.SecureAggregation;

public sealed class Ring16Tests
{
    [Fact]
    public void Encode_matches_the_vectors_in_every_lane_and_in_the_tail()
    {
        foreach (JsonNode? c in MaskedSumVectors.Root["compactEncode"]!.AsArray())
        {
            float[] values = Enumerable.Repeat((float)c!["value"]!.GetValue<double>(), 75).ToArray();
            var ring = new ushort[values.Length];

            int saturated = Ring16.Encode(values, Ring16.LimitFor(c["featureParties"]!.GetValue<int>()), ring);

            ushort expected = ushort.Parse(c["ring"]!.GetValue<string>(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.All(ring, r => Assert.Equal(expected, r));
            Assert.Equal(c["saturated"]!.GetValue<bool>() ? values.Length : 0, saturated);
        }
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 74)]
    [InlineData(float.PositiveInfinity, 33)]
    [InlineData(float.NegativeInfinity, 74)]
    public void Encode_a_value_that_is_not_finite_throws(float value, int position)
    {
        var values = new float[75];
        values[position] = value;

        Assert.Throws<ArgumentException>(() => Ring16.Encode(values, 63, new ushort[75]));
    }

    [Fact]
    public void Encode_different_lengths_throws() => Assert.Throws<ArgumentException>(() => Ring16.Encode(new float[3], 63, new ushort[4]));

    [Theory]
    [InlineData(1, 63)]
    [InlineData(2, 63)]
    [InlineData(3, 31)]
    [InlineData(4, 31)]
    [InlineData(5, 15)]
    [InlineData(8, 15)]
    public void DecodeSum_of_all_masked_terms_and_an_own_term_at_the_limit_does_not_wrap(int parties, int limit)
    {
        var sum = new ushort[75];
        var term = new ushort[75];
        var values = new float[75];
        foreach (float sign in (float[])[1, -1])
        {
            Array.Clear(sum);
            Ring16.Encode(Enumerable.Repeat(sign * 1000, 75).ToArray(), Ring16.LimitFor(parties), term);
            for (int party = 0; party < parties; party++)
            {
                RingSum.Add<ushort>(sum, term);
            }

            Ring16.DecodeSum(sum, term, values);

            Assert.All(values, v => Assert.Equal(sign * (parties + 1) * limit, v));
        }
    }

    [Fact]
    public void DecodeSum_is_exact()
    {
        var random = new Random(5);
        for (int length = 1; length < 130; length++)
        {
            ushort[] a = [.. Enumerable.Range(0, length).Select(_ => (ushort)random.Next(1 << 16))];
            ushort[] b = [.. Enumerable.Range(0, length).Select(_ => (ushort)random.Next(1 << 16))];
            var values = new float[length];

            Ring16.DecodeSum(a, b, values);

            Assert.Equal(a.Zip(b, (x, y) => ((short)x + (short)y) / 256f), values);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void LimitFor_a_number_of_parties_that_no_sum_has_throws(int parties) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Ring16.LimitFor(parties));
}
