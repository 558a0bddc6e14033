using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Okvs;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Okvs;

public sealed class OkvsTableTests
{
    [Fact]
    public void Decode_every_size_up_to_300_gives_the_programmed_values()
    {
        for (int n = 0; n <= 300; n++)
        {
            RoundTrip(n, 10);
        }
    }

    [Theory]
    [InlineData(1023, 10)]
    [InlineData(1024, 16)]
    [InlineData(1025, 1)]
    [InlineData(4097, 10)]
    [InlineData(32_767, 10)]
    [InlineData(32_768, 10)]
    [InlineData(49_151, 10)]
    [InlineData(100_000, 16)]
    public void Decode_larger_sizes_gives_the_programmed_values(int n, int valueSize) => RoundTrip(n, valueSize);

    [Fact]
    public void Encode_small_sets_many_times_never_fails()
    {
        for (int i = 0; i < 300; i++)
        {
            foreach (int n in (int[])[2, 3, 5, 25, 30, 60])
            {
                RoundTrip(n, 10);
            }
        }
    }

    [Fact]
    public void Decode_keys_that_share_a_long_prefix_gives_the_programmed_values()
    {
        const int N = 5000;
        byte[] keys = new byte[N * OkvsTable.KeySize];
        for (int i = 0; i < N; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(keys.AsSpan((i * OkvsTable.KeySize) + 12), i);
        }

        RoundTrip(keys, RandomNumberGenerator.GetBytes(N * 10), 10);
    }

    [Fact]
    public void Decode_unprogrammed_keys_looks_random()
    {
        const int N = 2000;
        var table = OkvsTable.Encode(RandomNumberGenerator.GetBytes(N * 16), new byte[N * 10], 10);
        byte[] read = new byte[N * 10];
        table.Decode(RandomNumberGenerator.GetBytes(N * 16), read);

        // 160,000 fair bits: mean 80,000, standard deviation 200; eight of them miss once in 10^15.
        Assert.InRange(read.Sum(b => System.Numerics.BitOperations.PopCount(b)), 78_400, 81_600);
        Assert.Equal(N, read.Chunk(10).Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Encode_zero_values_leaves_no_slot_at_zero()
    {
        var table = OkvsTable.Encode(RandomNumberGenerator.GetBytes(100 * 16), new byte[100 * 10], 10);
        byte[] slots = new byte[table.Slots * 10];
        table.CopyTo(0, slots);
        Assert.DoesNotContain(slots.Chunk(10), slot => slot.All(b => b == 0));
    }

    [Fact]
    public void Encode_the_same_twice_gives_other_seeds_and_slots()
    {
        byte[] keys = RandomNumberGenerator.GetBytes(16);
        byte[] value = new byte[10];
        var one = OkvsTable.Encode(keys, value, 10);
        var two = OkvsTable.Encode(keys, value, 10);
        Assert.NotEqual(one.Seed.ToArray(), two.Seed.ToArray());
        Assert.NotEqual(SlotsOf(one), SlotsOf(two));
    }

    [Fact]
    public void Encode_the_sum_of_two_tables_with_one_seed_decodes_to_the_sum()
    {
        byte[] keys = RandomNumberGenerator.GetBytes(40 * 16);
        var one = OkvsTable.Encode(keys, RandomNumberGenerator.GetBytes(40 * 10), 10);
        byte[] noise = RandomNumberGenerator.GetBytes(one.Slots * 10);
        var two = new OkvsTable(40, 10, one.Seed);
        two.Load(0, noise);
        var sum = new OkvsTable(40, 10, one.Seed);
        sum.Load(0, Xor(SlotsOf(one), noise));
        Assert.Equal(Xor(Decoded(one, keys), Decoded(two, keys)), Decoded(sum, keys));
    }

    [Fact]
    public void Encode_equal_keys_is_refused()
    {
        byte[] keys = RandomNumberGenerator.GetBytes(200 * 16);
        keys.AsSpan(0, 16).CopyTo(keys.AsSpan(199 * 16));
        Assert.Throws<ArgumentException>(() => OkvsTable.Encode(keys, RandomNumberGenerator.GetBytes(200 * 10), 10));
    }

    [Fact]
    public void Encode_lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => OkvsTable.Encode(new byte[17], new byte[10], 10));
        Assert.Throws<ArgumentException>(() => OkvsTable.Encode(new byte[16], new byte[11], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => OkvsTable.Encode(new byte[16], new byte[17], 17));
        Assert.Throws<ArgumentException>(() => new OkvsTable(1, 10, new byte[31]));
    }

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(0, 9)]
    [InlineData(66, 20)]
    [InlineData(int.MaxValue, 10)]
    public void Load_outside_the_table_is_refused(int firstSlot, int bytes)
    {
        var table = new OkvsTable(0, 10, new byte[32]);
        Assert.Equal(67, table.Slots);
        Assert.Throws<ArgumentException>(() => table.Load(firstSlot, new byte[bytes]));
    }

    [Fact]
    public void SlotCount_follows_the_published_expansion()
    {
        // Raghuraman-Rindal 2022, weight 3: 1.358 at 2^20 in bins of 2^14 (our bound on a bin's load is a little above the exact one).
        Assert.InRange(OkvsTable.SlotCount(1 << 20) / (double)(1 << 20), 1.350, 1.365);
        Assert.InRange((OkvsTable.SlotCount(256) - 64) / 256.0, 1.66, 1.69);
        for (int n = 1; n <= 1 << 26; n = (n * 3 / 2) + 1)
        {
            var shape = new OkvsShape(n);
            Assert.InRange(shape.BinCapacity, (n + shape.Bins - 1) / shape.Bins, ushort.MaxValue);
            Assert.InRange(shape.Sparse, Math.Max(3, (int)(1.22 * shape.BinCapacity)), ushort.MaxValue);
        }
    }

    [Fact]
    public void Bins_are_filled_evenly_and_never_overflow()
    {
        var shape = new OkvsShape(200_000);
        byte[] keys = RandomNumberGenerator.GetBytes(200_000 * OkvsTable.KeySize);
        for (int i = 0; i < 20; i++)
        {
            using var rows = new OkvsRows(shape, RandomNumberGenerator.GetBytes(32), keys);
            Assert.True(rows.Fit);
            Assert.Equal(12, rows.Bins);

            // 16,667 on average with a standard deviation of 124: eight of them once in 10^15.
            Assert.All(Enumerable.Range(0, 12), bin => Assert.InRange(rows.Places(bin).Length, 15_670, 17_660));
            Assert.Equal(Enumerable.Range(0, 200_000), Enumerable.Range(0, 12).SelectMany(b => rows.Places(b).ToArray()).Order());
        }
    }

    [Fact]
    public void A_bin_that_overflows_is_told()
    {
        byte[] keys = RandomNumberGenerator.GetBytes(50_000 * OkvsTable.KeySize);
        Assert.False(new OkvsRows(new OkvsShape(40_000), new byte[32], keys).Fit);
    }

    private static void RoundTrip(int n, int valueSize) =>
        RoundTrip(RandomNumberGenerator.GetBytes(n * OkvsTable.KeySize), RandomNumberGenerator.GetBytes(n * valueSize), valueSize);

    private static void RoundTrip(byte[] keys, byte[] values, int valueSize)
    {
        int n = keys.Length / OkvsTable.KeySize;
        var sent = OkvsTable.Encode(keys, values, valueSize);
        Assert.Equal(OkvsTable.SlotCount(n), sent.Slots);

        // As over the wire: slots in chunks, into a table that knows only the count and the seed.
        var received = new OkvsTable(n, valueSize, sent.Seed);
        for (int slot = 0; slot < sent.Slots; slot += 100)
        {
            byte[] chunk = new byte[Math.Min(100, sent.Slots - slot) * valueSize];
            sent.CopyTo(slot, chunk);
            received.Load(slot, chunk);
        }

        Assert.Equal(values, Decoded(sent, keys));
        Assert.Equal(values, Decoded(received, keys));
    }

    private static byte[] Decoded(OkvsTable table, byte[] keys)
    {
        byte[] values = new byte[keys.Length / OkvsTable.KeySize * table.ValueSize];
        table.Decode(keys, values);
        return values;
    }

    private static byte[] SlotsOf(OkvsTable table)
    {
        byte[] slots = new byte[table.Slots * table.ValueSize];
        table.CopyTo(0, slots);
        return slots;
    }

    private static byte[] Xor(byte[] a, byte[] b) => [.. a.Zip(b, (x, y) => (byte)(x ^ y))];
}
