using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// Brings a panel of a matrix into the order in which a product reads it: packed[k][lane], lanes beyond the matrix zero. Copies only.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>From source[k][lane], k a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyPanel(float* source, int stride, int length, int lanes, int width, float* packed)
    {
        for (int k = 0; k < length; k++, source += stride, packed += width)
        {
            int l = 0;
            for (; l <= lanes - 8; l += 8)
            {
                Vector256.Load(source + l).Store(packed + l);
            }

            for (; l < lanes; l++)
            {
                packed[l] = source[l];
            }

            for (; l < width; l++)
            {
                packed[l] = 0;
            }
        }
    }

    /// <summary>From source[lane][k], a lane a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransposePanel(float* source, int stride, int length, int lanes, int width, float* packed)
    {
        int l = 0;
        for (; l <= lanes - 4; l += 4, source += 4L * stride)
        {
            float* target = packed + l;
            int k = 0;
            for (; k <= length - 4; k += 4, target += 4L * width)
            {
                Transpose(source + k, stride, target, width);
            }

            for (; k < length; k++, target += width)
            {
                target[0] = source[k];
                target[1] = source[k + stride];
                target[2] = source[k + (2L * stride)];
                target[3] = source[k + (3L * stride)];
            }
        }

        for (; l < lanes; l++, source += stride)
        {
            for (int k = 0; k < length; k++)
            {
                packed[((long)k * width) + l] = source[k];
            }
        }

        for (; l < width; l++)
        {
            for (int k = 0; k < length; k++)
            {
                packed[((long)k * width) + l] = 0;
            }
        }
    }

    /// <summary>Four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* source, long stride, float* target, long width)
    {
        Vector128<float> a = Vector128.Load(source);
        Vector128<float> b = Vector128.Load(source + stride);
        Vector128<float> c = Vector128.Load(source + (2 * stride));
        Vector128<float> d = Vector128.Load(source + (3 * stride));
        Vector128<float> ac0 = InterleaveLow(a, c);
        Vector128<float> ac1 = InterleaveHigh(a, c);
        Vector128<float> bd0 = InterleaveLow(b, d);
        Vector128<float> bd1 = InterleaveHigh(b, d);
        InterleaveLow(ac0, bd0).Store(target);
        InterleaveHigh(ac0, bd0).Store(target + width);
        InterleaveLow(ac1, bd1).Store(target + (2 * width));
        InterleaveHigh(ac1, bd1).Store(target + (3 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return Sse.UnpackLow(a, b);
        }

        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipLow(a, b)
            : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return Sse.UnpackHigh(a, b);
        }

        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.ZipHigh(a, b)
            : Vector128.Create(a[2], b[2], a[3], b[3]);
    }
}
