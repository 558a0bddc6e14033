namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// The operations that the engine's arithmetic is written in, once for all register widths. Each is exact or rounded once (IEEE 754), lane by lane,
/// so that a formula written in them gives the same bits at every width. There is no sum across lanes on purpose.
/// </summary>
/// <typeparam name="TVector">A register of floats.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Floats in a register.</summary>
    static abstract int Count { get; }

    /// <summary>Whether a product tile holds eight rows (32 registers) rather than four (16 registers).</summary>
    static abstract bool TallTile { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* destination);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    static abstract TVector Sqrt(TVector a);

    static abstract TVector Abs(TVector a);

    /// <summary>The magnitude of the first with the sign of the second.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TVector Fma(TVector a, TVector b, TVector c);

    /// <summary>a &lt; b ? x : y; y where a or b is not a number.</summary>
    static abstract TVector SelectLess(TVector a, TVector b, TVector x, TVector y);

    /// <summary>value * 2^n for an integral n with |n| at most 250, as two exact factors of about half that power.</summary>
    static abstract TVector ScaleByPowerOfTwo(TVector value, TVector n);

    /// <summary>Splits a positive normal value into mantissa * 2^exponent with the mantissa in [sqrt(1/2), sqrt(2)).</summary>
    static abstract TVector SplitPowerOfTwo(TVector value, out TVector exponent);
}
