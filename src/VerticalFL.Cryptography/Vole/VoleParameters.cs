namespace VerticalFL.Cryptography.Vole;

/// <summary>
/// The sizes of a silent VOLE, from the number of outputs, for 128 bits of computational and 40 of statistical security. Versioned: both
/// parties must use the same.
/// </summary>
/// <remarks>
/// <para>Noise weight (Raghuraman-Rindal 2022, section 5; Raghuraman-Rindal-Tanguy 2023 for the code): with relative distance d = 0.15,
/// assumed, a linear test sees a bias of (1 - 2 d)^t; 2^-128 takes t = 249, rounded up to two noisy points for every bit of a block.</para>
/// <para>The noise is regular: one uniform point in each of t equal blocks. Small requests are raised to <see cref="MinOutputs"/>, so that
/// a block has at least 128 places.</para>
/// <para>The statistical 40 bits are met with room: the checks fail to see a deviation with probability near 2^-128 per try.</para>
/// </remarks>
internal sealed record VoleParameters
{
    /// <summary>The parameter set: code ExConv7x24, t = 256, rate 1/2.</summary>
    public const int Version = 1;

    /// <summary>Noisy points, t.</summary>
    public const int NoiseWeight = 256;

    /// <summary>Noisy points in each half of a vector; the code treats the halves differently.</summary>
    public const int HalfWeight = NoiseWeight / 2;

    /// <summary>The fewest outputs that are made.</summary>
    public const int MinOutputs = 1 << 14;

    /// <summary>The most outputs that can be asked for.</summary>
    public const int MaxOutputs = 1 << 27;

    /// <summary>Derives the sizes.</summary>
    /// <param name="outputs">0 to <see cref="MaxOutputs"/>.</param>
    public VoleParameters(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs, MaxOutputs);
        Outputs = outputs;
        BlockSize = (int)(((2L * Math.Max(outputs, MinOutputs)) + NoiseWeight - 1) / NoiseWeight);
        TreeDepth = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(BlockSize - 1));
    }

    /// <summary>How many outputs were asked for.</summary>
    public int Outputs { get; }

    /// <summary>Places of a noise block, the leaves of a tree.</summary>
    public int BlockSize { get; }

    /// <summary>Levels below the root of a tree: ceil(log2 <see cref="BlockSize"/>).</summary>
    public int TreeDepth { get; }

    /// <summary>N, twice the code's dimension.</summary>
    public int CodeLength => NoiseWeight * BlockSize;

    /// <summary>k = N / 2, at least <see cref="Outputs"/>.</summary>
    public int Dimension => CodeLength / 2;

    /// <summary>Transfers for the trees: one for each level of each tree.</summary>
    public int Transfers => NoiseWeight * TreeDepth;

    /// <summary>Blocks of the extension that carry the transfers' choices.</summary>
    public int TransferBlocks => Transfers / 128;

    /// <summary>Blocks of the extension: choices, one element for each noisy point, one for the check.</summary>
    public int ExtensionBlocks => TransferBlocks + NoiseWeight + 1;

    /// <summary>Bytes of the sender's second message: two masked sums for each transfer, one correction for each tree.</summary>
    public int SumsSize => ((2 * Transfers) + NoiseWeight) * 16;
}
