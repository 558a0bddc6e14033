using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>Four floats in a register.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 4;

    public static bool TallTile => false;

    [MethodImpl(Inline)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(Inline)]
    public static void Store(Vector128<float> value, float* destination) => value.Store(destination);

    [MethodImpl(Inline)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(Inline)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(Inline)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(Inline)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(Inline)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(Inline)]
    public static Vector128<float> Sqrt(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(Inline)]
    public static Vector128<float> Abs(Vector128<float> a) => Vector128.Abs(a);

    [MethodImpl(Inline)]
    public static Vector128<float> CopySign(Vector128<float> magnitude, Vector128<float> sign) =>
        Vector128.ConditionalSelect(Vector128.Create(-0.0f), sign, magnitude);

    [MethodImpl(Inline)]
    public static Vector128<float> Fma(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(Inline)]
    public static Vector128<float> SelectLess(Vector128<float> a, Vector128<float> b, Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.LessThan(a, b), x, y);

    [MethodImpl(Inline)]
    public static Vector128<float> ScaleByPowerOfTwo(Vector128<float> value, Vector128<float> n)
    {
        Vector128<int> power = Vector128.ConvertToInt32Native(n);
        Vector128<int> half = power >> 1;
        Vector128<int> bias = Vector128.Create(FloatBits.ExponentBias);
        Vector128<float> first = ((half + bias) << FloatBits.MantissaLength).AsSingle();
        Vector128<float> second = ((power - half + bias) << FloatBits.MantissaLength).AsSingle();
        return value * first * second;
    }

    [MethodImpl(Inline)]
    public static Vector128<float> SplitPowerOfTwo(Vector128<float> value, out Vector128<float> exponent)
    {
        Vector128<int> bits = value.AsInt32() - Vector128.Create(FloatBits.SqrtHalf);
        exponent = Vector128.ConvertToSingle(bits >> FloatBits.MantissaLength);
        return ((bits & Vector128.Create(FloatBits.MantissaMask)) + Vector128.Create(FloatBits.SqrtHalf)).AsSingle();
    }
}
