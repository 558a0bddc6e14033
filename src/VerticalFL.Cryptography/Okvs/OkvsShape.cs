namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// The sizes of an OKVS for n keys: equal bins, each with m = ceil(e c) sparse columns for the c keys that a bin may hold, and 64 dense
/// columns behind them.
/// </summary>
/// <remarks>
/// <para>Bins (Raghuraman-Rindal 2022, section 4.3): n / 2^14, so that a bin fits in a processor's cache. Each key falls into a uniform
/// bin; c is the least number that a bin reaches with probability at most 2^-(41 + log2 bins) by Chernoff's bound, exp(-n D(c/n || 1/bins)).
/// Together all bins overflow with probability below 2^-41. A single bin cannot overflow.</para>
/// <para>Expansion (the same, section 4.1, weight 3): e = 1.223 + (ssp + 9.2) / 2^s with s = 0.555 log2 c + 2.336, where ssp is 40, or
/// 41 + log2 bins in each of several bins: together 2^-40 with the overflow. With it, the rows that peeling leaves over exceed their
/// sparse rank by at most g = floor(ssp / log2(e c)) with probability 1 - 2^-ssp.</para>
/// <para>Dense columns are binary. A random r x d binary matrix lacks full row rank with probability below 2^-(d - r); so d = g + ssp
/// columns suffice. For 24 &lt; n in one bin g &lt;= 6; for several bins c &gt; 2^14, g &lt;= 3 and ssp &lt;= 54: 64 hold both. For n &lt;= 24
/// no appeal to the formula is needed: the 2^n subsets of rows are each dependent with probability at most 2^-64, in all less than
/// 2^-40.</para>
/// </remarks>
internal readonly record struct OkvsShape
{
    public const int DenseColumns = 64;

    public const int StatisticalSecurity = 40;

    private const int KeysPerBinLog = 14;

    public OkvsShape(int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(items, 1 << 26);
        Bins = Math.Max(1, items >> KeysPerBinLog);
        double security = Bins == 1 ? StatisticalSecurity : StatisticalSecurity + 1 + Math.Log2(Bins);
        BinCapacity = Bins == 1 ? items : Capacity(items, Bins, security);
        double expansion = 1.223 + ((security + 9.2) / Math.Pow(2, (0.555 * Math.Log2(Math.Max(BinCapacity, 1))) + 2.336));
        Sparse = Math.Max(3, (int)Math.Ceiling(expansion * BinCapacity));
    }

    public int Bins { get; }

    /// <summary>Keys that a bin may hold, below 2^16.</summary>
    public int BinCapacity { get; }

    /// <summary>Sparse columns of a bin, below 2^16.</summary>
    public int Sparse { get; }

    /// <summary>Slots of a bin, the dense ones last.</summary>
    public int BinSlots => Sparse + DenseColumns;

    public int Slots => Bins * BinSlots;

    private static int Capacity(int items, int bins, double security)
    {
        int low = items / bins;
        int high = items;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (items * Divergence((double)middle / items, 1.0 / bins) >= security * Math.Log(2))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static double Divergence(double p, double q) =>
        (p * Math.Log(p / q)) + (p < 1 ? (1 - p) * Math.Log((1 - p) / (1 - q)) : 0);
}
