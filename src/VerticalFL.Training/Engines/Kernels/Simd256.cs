using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>Eight floats in a register.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 8;

    public static bool TallTile => false;

    [MethodImpl(Inline)]
    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector256<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(Inline)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector256<float> Subtract(Vector256<float> a, Vector256<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector256<float> Divide(Vector256<float> a, Vector256<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector256<float> Sqrt(Vector256<float> a) => Vector256.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector256<float> Abs(Vector256<float> a) => Vector256.Abs(a);

    [MethodImpl(Inline)]
    public static Vector256<float> CopySign(Vector256<float> magnitude, Vector256<float> sign) =>
        Vector256.ConditionalSelect(Vector256.Create(-0.0f), sign, magnitude);

    [MethodImpl(Inline)]
    public static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector256<float> SelectLess(Vector256<float> a, Vector256<float> b, Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, b), x, y);

    [MethodImpl(Inline)]
    public static Vector256<float> ScaleByPowerOfTwo(Vector256<float> value, Vector256<float> n)
    {
        Vector256<int> power = Vector256.ConvertToInt32Native(n);
        Vector256<int> half = power >> 1;
        Vector256<int> bias = Vector256.Create(FloatBits.ExponentBias);
        Vector256<float> first = ((half + bias) << FloatBits.MantissaLength).AsSingle();
        Vector256<float> second = ((power - half + bias) << FloatBits.MantissaLength).AsSingle();
        return value * first * second;
    }

    [MethodImpl(Inline)]
    public static Vector256<float> SplitPowerOfTwo(Vector256<float> value, out Vector256<float> exponent)
    {
        Vector256<int> bits = value.AsInt32() - Vector256.Create(FloatBits.SqrtHalf);
        exponent = Vector256.ConvertToSingle(bits >> FloatBits.MantissaLength);
        return ((bits & Vector256.Create(FloatBits.MantissaMask)) + Vector256.Create(FloatBits.SqrtHalf)).AsSingle();
    }
}
