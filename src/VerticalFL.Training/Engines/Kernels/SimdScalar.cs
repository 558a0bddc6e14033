using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>One float at a time: the portable form, and what finishes a row that does not fill a register.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 1;

    public static bool TallTile => false;

    [MethodImpl(Inline)]
    public static float Load(float* source) => *source;

    [MethodImpl(Inline)]
    public static void Store(float value, float* destination) => *destination = value;

    [MethodImpl(Inline)]
    public static float Broadcast(float value) => value;

    [MethodImpl(Inline)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(Inline)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(Inline)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(Inline)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(Inline)]
    public static float Sqrt(float a) => MathF.Sqrt(a);

    [MethodImpl(Inline)]
    public static float Abs(float a) => MathF.Abs(a);

    [MethodImpl(Inline)]
    public static float CopySign(float magnitude, float sign) => MathF.CopySign(magnitude, sign);

    [MethodImpl(Inline)]
    public static float Fma(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static float SelectLess(float a, float b, float x, float y) => a < b ? x : y;

    [MethodImpl(Inline)]
    public static float ScaleByPowerOfTwo(float value, float n)
    {
        int power = (int)n;
        int half = power >> 1;
        float first = BitConverter.Int32BitsToSingle((half + FloatBits.ExponentBias) << FloatBits.MantissaLength);
        float second = BitConverter.Int32BitsToSingle((power - half + FloatBits.ExponentBias) << FloatBits.MantissaLength);
        return value * first * second;
    }

    [MethodImpl(Inline)]
    public static float SplitPowerOfTwo(float value, out float exponent)
    {
        int bits = BitConverter.SingleToInt32Bits(value) - FloatBits.SqrtHalf;
        exponent = bits >> FloatBits.MantissaLength;
        return BitConverter.Int32BitsToSingle((bits & FloatBits.MantissaMask) + FloatBits.SqrtHalf);
    }
}
