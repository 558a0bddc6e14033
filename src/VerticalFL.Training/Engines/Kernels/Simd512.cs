using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>Sixteen floats in a register.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 16;

    public static bool TallTile => true;

    [MethodImpl(Inline)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector512<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(Inline)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector512<float> Sqrt(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector512<float> Abs(Vector512<float> a) => Vector512.Abs(a);

    [MethodImpl(Inline)]
    public static Vector512<float> CopySign(Vector512<float> magnitude, Vector512<float> sign) =>
        Vector512.ConditionalSelect(Vector512.Create(-0.0f), sign, magnitude);

    [MethodImpl(Inline)]
    public static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector512<float> SelectLess(Vector512<float> a, Vector512<float> b, Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), x, y);

    [MethodImpl(Inline)]
    public static Vector512<float> ScaleByPowerOfTwo(Vector512<float> value, Vector512<float> n)
    {
        Vector512<int> power = Vector512.ConvertToInt32Native(n);
        Vector512<int> half = power >> 1;
        Vector512<int> bias = Vector512.Create(FloatBits.ExponentBias);
        Vector512<float> first = ((half + bias) << FloatBits.MantissaLength).AsSingle();
        Vector512<float> second = ((power - half + bias) << FloatBits.MantissaLength).AsSingle();
        return value * first * second;
    }

    [MethodImpl(Inline)]
    public static Vector512<float> SplitPowerOfTwo(Vector512<float> value, out Vector512<float> exponent)
    {
        Vector512<int> bits = value.AsInt32() - Vector512.Create(FloatBits.SqrtHalf);
        exponent = Vector512.ConvertToSingle(bits >> FloatBits.MantissaLength);
        return ((bits & Vector512.Create(FloatBits.MantissaMask)) + Vector512.Create(FloatBits.SqrtHalf)).AsSingle();
    }
}
