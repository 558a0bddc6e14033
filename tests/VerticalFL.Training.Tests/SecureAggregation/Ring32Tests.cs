using System.Text.Json.Nodes;
using VerticalFL.Training.SecureAggregation;
using Xunit;

namespace VerticalFL.Training.Tests.SecureAggregation;

public sealed class Ring32Tests
{
    [Fact]
    public void Encode_matches_the_vectors_in_every_lane_and_in_the_tail()
    {
        JsonArray cases = MaskedSumVectors.Root["encode"]!.AsArray();
        foreach (JsonNode? c in cases)
        {
            float value = (float)c!["value"]!.GetValue<double>();
            float[] values = Enumerable.Repeat(value, 37).ToArray();
            var ring = new uint[values.Length];

            int saturated = Ring32.Encode(values, ring);

            Assert.All(ring, r => Assert.Equal(MaskedSumVectors.Word(c["ring"]), r));
            Assert.Equal(c["saturated"]!.GetValue<bool>() ? values.Length : 0, saturated);
        }
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 36)]
    [InlineData(float.PositiveInfinity, 17)]
    [InlineData(float.NegativeInfinity, 36)]
    public void Encode_a_value_that_is_not_finite_throws(float value, int position)
    {
        var values = new float[37];
        values[position] = value;

        Assert.Throws<ArgumentException>(() => Ring32.Encode(values, new uint[37]));
    }

    [Fact]
    public void Encode_different_lengths_throws() => Assert.Throws<ArgumentException>(() => Ring32.Encode(new float[3], new uint[4]));

    [Fact]
    public void DecodeSum_of_eight_masked_terms_and_an_own_term_at_the_limit_does_not_wrap()
    {
        var sum = new uint[19];
        var term = new uint[19];
        var values = new float[19];
        foreach (float sign in (float[])[1, -1])
        {
            Array.Clear(sum);
            Ring32.Encode(Enumerable.Repeat(sign * 1000, 19).ToArray(), term);
            for (int party = 0; party < ActivationRing.MaxFeatureParties; party++)
            {
                RingSum.Add<uint>(sum, term);
            }

            Ring32.DecodeSum(sum, term, values);

            Assert.All(values, v => Assert.Equal(sign * 9 * 255, v));
        }
    }

    [Fact]
    public void DecodeSum_is_the_exact_sum_rounded_once()
    {
        var random = new Random(5);
        for (int length = 1; length < 700; length++)
        {
            // Of every size, and every other pair nearly cancels.
            uint[] a = Enumerable.Range(0, length).Select(_ => (uint)((int)random.NextInt64(1L << 32) >> random.Next(32))).ToArray();
            uint[] b = a.Select((x, i) => i % 2 == 0 ? (uint)random.NextInt64(1L << 32) : (uint)(random.Next(-3, 4) - (int)x)).ToArray();
            var values = new float[length];

            Ring32.DecodeSum(a, b, values);

            Assert.Equal(a.Zip(b, (x, y) => (float)(((long)(int)x + (int)y) / 1048576.0)), values);
        }
    }
}
