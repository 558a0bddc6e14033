using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>Four messages, with AVX2.</summary>
internal readonly struct Sha512Lanes4 : ISha512Lanes<Vector256<ulong>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ref ulong source, nint offset) => Vector256.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> value, ref ulong destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Create(ulong value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Add(Vector256<ulong> a, Vector256<ulong> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> BigSigma0(Vector256<ulong> x) =>
        Rotate(x, 28) ^ Rotate(x, 34) ^ Rotate(x, 39);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> BigSigma1(Vector256<ulong> x) =>
        Rotate(x, 14) ^ Rotate(x, 18) ^ Rotate(x, 41);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> SmallSigma0(Vector256<ulong> x) =>
        Rotate(x, 1) ^ Rotate(x, 8) ^ (x >>> 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> SmallSigma1(Vector256<ulong> x) =>
        Rotate(x, 19) ^ Rotate(x, 61) ^ (x >>> 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Choose(Vector256<ulong> x, Vector256<ulong> y, Vector256<ulong> z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Majority(Vector256<ulong> x, Vector256<ulong> y, Vector256<ulong> z) => (x & y) | (z & (x | y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Rotate(Vector256<ulong> x, int bits) => (x >>> bits) | (x << (64 - bits));
}
