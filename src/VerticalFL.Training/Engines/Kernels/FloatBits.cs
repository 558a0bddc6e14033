namespace VerticalFL.Training.Engines.Kernels;

/// <summary>The layout of an IEEE 754 single.</summary>
internal static class FloatBits
{
    public const int ExponentBias = 127;
    public const int MantissaLength = 23;
    public const int MantissaMask = 0x007FFFFF;

    /// <summary>The bits of sqrt(1/2), rounded down: the low end of the mantissas that logarithms work on.</summary>
    public const int SqrtHalf = 0x3F3504F3;
}
