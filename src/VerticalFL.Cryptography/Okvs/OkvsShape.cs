namespace VerticalFL.Cryptography.Okvs;

/// <summary>
/// The sizes of an OKVS for n keys: sparse columns m = ceil(e n) and 64 dense columns behind them.
/// </summary>
/// <remarks>
/// <para>Expansion (Raghuraman-Rindal 2022, section 4.1, weight 3, statistical security ssp = 40):
/// e = 1.223 + (ssp + 9.2) / 2^s with s = 0.555 log2 n + 2.336; 1.227 at n = 2^20. With it, the rows that peeling leaves over exceed their
/// sparse rank by at most g = floor(ssp / log2(e n)) with probability 1 - 2^-ssp.</para>
/// <para>Dense columns are binary. A random r x d binary matrix lacks full row rank with probability below 2^-(d - r); so d = g + 40
/// columns
/// suffice, and 64 hold a surplus of g &lt;= 24. For n &gt; 24 the formula asks for g &lt;= 6. For n &lt;= 24 no appeal to the formula is
/// needed: the 2^n subsets of rows are each dependent with probability at most 2^-64, in all less than 2^-40.</para>
/// </remarks>
internal readonly record struct OkvsShape
{
    public const int DenseColumns = 64;

    public const int StatisticalSecurity = 40;

    public OkvsShape(int items)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(items, 1 << 27);
        double log = Math.Log2(Math.Max(items, 1));
        double expansion = 1.223 + ((StatisticalSecurity + 9.2) / Math.Pow(2, (0.555 * log) + 2.336));
        Sparse = Math.Max(3, (int)Math.Ceiling(expansion * items));
    }

    public int Sparse { get; }

    public int Slots => Sparse + DenseColumns;
}
