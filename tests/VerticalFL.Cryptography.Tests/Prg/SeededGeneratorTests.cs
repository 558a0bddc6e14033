using VerticalFL.Cryptography.Prg;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Prg;

public sealed class SeededGeneratorTests
{
    private static readonly byte[] Seed = new byte[32];

    [Fact]
    public void Same_seed_and_label_give_the_same_stream_and_others_another()
    {
        using SeededGenerator a = new(Seed, "a"), again = new(Seed, "a"), b = new(Seed, "b"), c = new([.. Seed.Skip(1), 1], "a");
        ulong[] first = Draw(a);

        Assert.Equal(first, Draw(again));
        Assert.NotEqual(first, Draw(b));
        Assert.NotEqual(first, Draw(c));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(10)]
    public void NextInt32_is_uniform_below_its_bound(int bound)
    {
        using SeededGenerator generator = new(Seed, "uniform");
        int[] counts = new int[bound];
        for (int i = 0; i < 10_000 * bound; i++)
        {
            counts[generator.NextInt32(bound)]++;
        }

        // Five standard deviations of a count of 10,000; the seed is fixed, so this passes always or never.
        Assert.All(counts, c => Assert.InRange(c, 9_500, 10_500));
    }

    [Fact]
    public void Fractions_lie_in_the_half_open_unit_interval()
    {
        using SeededGenerator generator = new(Seed, "fractions");
        double sum = 0;
        for (int i = 0; i < 100_000; i++)
        {
            float single = generator.NextSingle();
            double real = generator.NextDouble();
            Assert.True(single is >= 0 and < 1 && real is >= 0 and < 1);
            sum += single + real;
        }

        Assert.InRange(sum / 200_000, 0.495, 0.505);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Permute_keeps_every_value(int count)
    {
        using SeededGenerator generator = new(Seed, "order");
        int[] values = [.. Enumerable.Range(0, count)];
        generator.Permute(values);

        Assert.Equal(count > 1, !values.SequenceEqual(Enumerable.Range(0, count)));
        Assert.Equal(Enumerable.Range(0, count), values.Order());
    }

    [Fact]
    public void Permute_reaches_all_orders_of_three_equally_often()
    {
        using SeededGenerator generator = new(Seed, "three");
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 60_000; i++)
        {
            int[] values = [0, 1, 2];
            generator.Permute(values);
            string order = string.Join(',', values);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 9_500, 10_500));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using SeededGenerator generator = new(Seed, "a");

        Assert.Throws<ArgumentException>(() => new SeededGenerator(new byte[31], "a"));
        Assert.Throws<ArgumentException>(() => new SeededGenerator(Seed, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.NextInt32(0));
    }

    [Fact]
    public void Disposed_generator_gives_no_more_numbers()
    {
        SeededGenerator generator = new(Seed, "a");
        generator.NextUInt32();
        generator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => generator.NextUInt32());
    }

    private static ulong[] Draw(SeededGenerator generator) => [.. Enumerable.Range(0, 300).Select(_ => generator.NextUInt64())];
}
