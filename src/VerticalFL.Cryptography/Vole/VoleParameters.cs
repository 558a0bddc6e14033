namespace VerticalFL.Cryptography.Vole;

/// <summary>
/// The sizes of a silent VOLE, from the number of outputs, for 128 bits of computational and 40 of statistical security. Versioned: both
/// parties must use the same.
/// </summary>
/// <remarks>
/// <para>Noise weight t (Raghuraman-Rindal-Tanguy 2023, section 2: security against linear tests; the two estimates are those of
/// protocols/cryptography/vole.md, section 4): the least multiple of 128, from 256 on, that leaves every test of both estimates a bias of
/// at most 2^-128. That is 640 for every size. Over GF(2^128) a test is biased only where its vector misses all noisy points.</para>
/// <para>Distance: a vector of relative weight d = 0.15 in every block is missed with probability (1 - d)^t.</para>
/// <para>Windows: t/4 runs of neighbours, each across the border of two of the t/2 blocks of the code's second half, cover a share f of it.
/// k f^7 outputs have all their places there; 48 t/4 + 1 of them combine to a vector that lies in the runs: f^7 = (12 t + 1) / k, missed
/// with probability (1 - f)^(t/2).</para>
/// <para>The noise is regular: one uniform point in each of t equal blocks. Small requests are raised to <see cref="MinOutputs"/>, so that
/// a block has at least 52 places.</para>
/// <para>The statistical 40 bits are met with room: the checks fail to see a deviation with probability near 2^-128 per try.</para>
/// </remarks>
internal sealed record VoleParameters
{
    /// <summary>The parameter set: code ExConv7x24, rate 1/2, t by both estimates.</summary>
    public const int Version = 2;

    /// <summary>The fewest outputs that are made.</summary>
    public const int MinOutputs = 1 << 14;

    /// <summary>The most outputs that can be asked for.</summary>
    public const int MaxOutputs = 1 << 27;

    private const int SecurityBits = 128;
    private const int LeastNoiseWeight = 256;

    // So that the transfers of trees of any depth fill whole blocks of the extension.
    private const int NoiseWeightStep = 128;

    /// <summary>Derives the sizes.</summary>
    /// <param name="outputs">0 to <see cref="MaxOutputs"/>.</param>
    public VoleParameters(int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(outputs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs, MaxOutputs);
        Outputs = outputs;
        NoiseWeight = LeastNoiseWeight - NoiseWeightStep;
        do
        {
            NoiseWeight += NoiseWeightStep;
            BlockSize = (int)(((2L * Math.Max(outputs, MinOutputs)) + NoiseWeight - 1) / NoiseWeight);
        }
        while (Math.Min(DistanceBits(NoiseWeight), WindowBits(NoiseWeight, Dimension)) < SecurityBits);

        TreeDepth = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(BlockSize - 1));
    }

    /// <summary>How many outputs were asked for.</summary>
    public int Outputs { get; }

    /// <summary>Noisy points, t.</summary>
    public int NoiseWeight { get; }

    /// <summary>Noisy points in each half of a vector; the code treats the halves differently.</summary>
    public int HalfWeight => NoiseWeight / 2;

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

    /// <summary>Minus the binary logarithm of the bias of a test whose vector has the relative weight 0.15.</summary>
    public static double DistanceBits(int noiseWeight) => -noiseWeight * Math.Log2(1 - 0.15);

    /// <summary>Minus the binary logarithm of the bias of a test whose vector lies in windows; infinite where no window is small enough.</summary>
    /// <param name="noiseWeight">t.</param>
    /// <param name="dimension">k.</param>
    public static double WindowBits(int noiseWeight, int dimension)
    {
        const int ExpanderWeight = 7, CarriedElements = 2 * 24;
        double outputs = (CarriedElements * noiseWeight / 4) + 1;
        double share = Math.Pow(outputs / dimension, 1.0 / ExpanderWeight);
        return share < 1 ? -noiseWeight / 2 * Math.Log2(1 - share) : double.PositiveInfinity;
    }
}
