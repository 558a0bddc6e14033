namespace VerticalFL.Training.Engines.Kernels;

/// <summary>How many floats one register holds. Every width gives the same bits; they differ in speed.</summary>
internal enum VectorWidth
{
    /// <summary>One float at a time.</summary>
    Scalar = 1,

    /// <summary>Four (SSE, NEON).</summary>
    Bits128 = 4,

    /// <summary>Eight (AVX2 with FMA).</summary>
    Bits256 = 8,

    /// <summary>Sixteen (AVX-512).</summary>
    Bits512 = 16,
}
