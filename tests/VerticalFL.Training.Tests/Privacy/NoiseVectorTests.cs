using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Testing;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.SecureAggregation;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

/// <summary>Walks protocols/training/vectors/noise.json, which another implementation made.</summary>
public sealed class NoiseVectorTests
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "noise.json"))).RootElement;

    public static TheoryData<long> Sigmas => [.. All("distribution").Select(d => d.GetProperty("sigma").GetInt64())];

    [Fact]
    public void Ring_of_64_bits_encodes_and_clamps()
    {
        foreach (JsonElement vector in All("encode"))
        {
            float value = (float)vector.GetProperty("value").GetDouble();
            ulong[] ring = new ulong[1];

            Assert.Equal(vector.GetProperty("clamped").GetBoolean() ? 1 : 0, Ring64.Encode([value], ring));
            Assert.Equal(ulong.Parse(vector.GetProperty("ring").GetString()!, CultureInfo.InvariantCulture), ring[0]);
        }
    }

    [Fact]
    public void Ring_of_64_bits_decodes_sums_with_noise()
    {
        foreach (JsonElement vector in All("sums"))
        {
            float[] terms = [.. vector.GetProperty("terms").EnumerateArray().Select(t => (float)t.GetDouble())];
            long[] noise = [.. vector.GetProperty("noise").EnumerateArray().Select(n => n.GetInt64())];
            ulong[] own = new ulong[1];
            Ring64.Encode([(float)vector.GetProperty("own").GetDouble()], own);
            ulong sum = 0;
            for (int i = 0; i < terms.Length; i++)
            {
                ulong[] term = new ulong[1];
                Ring64.Encode([terms[i]], term);
                sum += term[0] + (ulong)noise[i];
            }

            Assert.Equal(ulong.Parse(vector.GetProperty("sum").GetString()!, CultureInfo.InvariantCulture), sum);
            float[] decoded = new float[1];
            Ring64.DecodeSum([sum], own, decoded);
            Assert.Equal((float)vector.GetProperty("decoded").GetDouble(), decoded[0]);
        }
    }

    [Fact]
    public void Each_place_and_content_has_its_own_key_and_stream()
    {
        using var seed = new NoiseSeed(Convert.FromHexString(Vectors.GetProperty("seed").GetString()!));
        var tags = new List<byte[]>();
        var source = new NoiseSource(seed, new Tags(tags));
        foreach (JsonElement vector in All("keys"))
        {
            using NoiseStream stream = source.Open(
                vector.GetProperty("purpose").GetString()!, Convert.FromHexString(vector.GetProperty("place").GetString()!),
                Convert.FromHexString(vector.GetProperty("content").GetString()!));

            Assert.Equal(vector.GetProperty("tag").GetString(), Convert.ToHexStringLower(tags[^1]));
            Assert.Equal(vector.GetProperty("tag").GetString(), Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(vector.GetProperty("key").GetString()!))));
            Assert.All(
                vector.GetProperty("words").EnumerateArray(), w => Assert.Equal(ulong.Parse(w.GetString()!, CultureInfo.InvariantCulture), stream.Next()));
        }

        Assert.Equal(tags.Count, tags.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void The_sampler_draws_the_same_numbers_from_the_same_key()
    {
        foreach (JsonElement vector in All("draws"))
        {
            using var stream = new NoiseStream(Convert.FromHexString(vector.GetProperty("key").GetString()!));
            var noise = new DiscreteGaussian(vector.GetProperty("sigma").GetInt64(), stream);

            Assert.Equal(vector.GetProperty("draws").EnumerateArray().Select(d => d.GetInt64()), Enumerable.Range(0, 40).Select(_ => noise.Next()));
        }
    }

    [Theory]
    [MemberData(nameof(Sigmas))]
    public void The_sampler_keeps_the_exact_probabilities(long sigma)
    {
        const int Draws = 200_000;
        double[] exact = [.. All("distribution").Single(d => d.GetProperty("sigma").GetInt64() == sigma).GetProperty("probabilities").EnumerateArray()
            .Select(p => double.Parse(p.GetString()!, CultureInfo.InvariantCulture))];
        using var stream = new NoiseStream([.. Enumerable.Repeat((byte)9, 32)]);
        var noise = new DiscreteGaussian(sigma, stream);
        int[] seen = new int[2 * exact.Length];
        int beyond = 0;
        for (int i = 0; i < Draws; i++)
        {
            long drawn = noise.Next();
            if (Math.Abs(drawn) < exact.Length)
            {
                seen[drawn + exact.Length]++;
            }
            else
            {
                beyond++;
            }
        }

        // Pearson's statistic over the cells that are expected 20 times or more; the key is fixed, so that it cannot fail by chance.
        double statistic = 0;
        int cells = 0;
        for (int x = 1 - exact.Length; x < exact.Length; x++)
        {
            double expected = Draws * exact[Math.Abs(x)];
            if (expected >= 20)
            {
                statistic += Math.Pow(seen[x + exact.Length] - expected, 2) / expected;
                cells++;
            }
        }

        Assert.InRange(statistic, 0, cells + (4 * Math.Sqrt(2 * cells)));

        // Beyond six sigma there are two in a thousand million.
        Assert.Equal(0, beyond);
    }

    private static IEnumerable<JsonElement> All(string name) => Vectors.GetProperty(name).EnumerateArray();

    private sealed class Tags(List<byte[]> tags) : IReleaseLog
    {
        public void Enter(string place, ReadOnlySpan<byte> tag, PrivacyLoss loss) => tags.Add(tag.ToArray());
    }
}
