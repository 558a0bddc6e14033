using System.Runtime.Intrinsics;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// The engine's loops at one register width. Pointers are to float32; matrices are row-major without gaps between rows. Callers check shapes.
/// </summary>
internal abstract unsafe class KernelSet
{
    /// <summary>The widest set that this processor runs in hardware.</summary>
    public static KernelSet Best { get; } = For(
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar);

    /// <summary>The set of one width; a width that the processor lacks runs emulated, with the same bits.</summary>
    public static KernelSet For(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new WidthKernelSet<Simd512, Vector512<float>>(),
        VectorWidth.Bits256 => new WidthKernelSet<Simd256, Vector256<float>>(),
        VectorWidth.Bits128 => new WidthKernelSet<Simd128, Vector128<float>>(),
        VectorWidth.Scalar => new WidthKernelSet<SimdScalar, float>(),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "The width is 1, 4, 8 or 16 floats."),
    };

    /// <summary>Some rows of a product; all of them together are the product, whoever computes which.</summary>
    /// <param name="product">The product.</param>
    /// <param name="firstRow">The first row of c to compute.</param>
    /// <param name="rows">How many rows of c to compute.</param>
    /// <param name="workspace">Room for packed panels; one per thread.</param>
    public abstract void Multiply(in MatrixProduct product, int firstRow, int rows, ProductWorkspace workspace);

    /// <summary>y[i] = formula(x[i]); y may be x.</summary>
    public abstract void Map<TMap>(TMap formula, float* x, float* y, int count)
        where TMap : struct, IMap;

    /// <summary>z[i] = formula(x[i], y[i]); z may be x or y.</summary>
    public abstract void Map2<TMap>(TMap formula, float* x, float* y, float* z, int count)
        where TMap : struct, IMap2;

    /// <summary>One optimiser step over count weights.</summary>
    public abstract void Update<TRule>(TRule rule, float* gradient, float* weight, float* first, float* second, int count)
        where TRule : struct, IUpdateRule;

    /// <summary>sums[j] += x[0,j] + x[1,j] + ..., one chain a column in ascending row order.</summary>
    public abstract void AddColumnSums(float* x, int rows, int columns, float* sums);

    /// <summary>
    /// The sum of formula(x[i], y[i]): lane l of 16 adds the elements l, l + 16, l + 32, ... in that order, then lanes 8-15 are added to
    /// 0-7, 4-7 to 0-3,
    /// 2-3 to 0-1 and 1 to 0.
    /// </summary>
    public abstract float Sum<TMap>(TMap formula, float* x, float* y, int count)
        where TMap : struct, IMap2;

    /// <summary>Whether no element is infinite or not a number.</summary>
    public abstract bool AllFinite(float* x, long count);
}
