namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// The inner product of a 64-bit row with the 64 dense slots, eight bits at a time from a table of 8 x 256 sums (32 KiB, fits the L1
/// cache).
/// </summary>
internal static class DenseProduct
{
    public static UInt128[] Tabulate(ReadOnlySpan<UInt128> denseSlots)
    {
        var table = new UInt128[8 * 256];
        for (int group = 0; group < 8; group++)
        {
            for (int bits = 1; bits < 256; bits++)
            {
                int lowest = System.Numerics.BitOperations.TrailingZeroCount(bits);
                table[(group * 256) + bits] = table[(group * 256) + (bits & (bits - 1))] ^ denseSlots[(group * 8) + lowest];
            }
        }

        return table;
    }

    public static UInt128 Multiply(UInt128[] table, ulong row)
    {
        UInt128 sum = table[(int)(row & 0xff)];
        for (int group = 1; group < 8; group++)
        {
            sum ^= table[(group * 256) + (int)((row >> (group * 8)) & 0xff)];
        }

        return sum;
    }
}
