using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>Two messages, on any processor.</summary>
internal readonly struct Sha512Lanes2 : ISha512Lanes<Vector128<ulong>>
{
    public static int Lanes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Load(ref ulong source, nint offset) => Vector128.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<ulong> value, ref ulong destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Create(ulong value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Add(Vector128<ulong> a, Vector128<ulong> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> BigSigma0(Vector128<ulong> x) =>
        Rotate(x, 28) ^ Rotate(x, 34) ^ Rotate(x, 39);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> BigSigma1(Vector128<ulong> x) =>
        Rotate(x, 14) ^ Rotate(x, 18) ^ Rotate(x, 41);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> SmallSigma0(Vector128<ulong> x) =>
        Rotate(x, 1) ^ Rotate(x, 8) ^ (x >>> 7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> SmallSigma1(Vector128<ulong> x) =>
        Rotate(x, 19) ^ Rotate(x, 61) ^ (x >>> 6);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Choose(Vector128<ulong> x, Vector128<ulong> y, Vector128<ulong> z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Majority(Vector128<ulong> x, Vector128<ulong> y, Vector128<ulong> z) => (x & y) | (z & (x | y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Rotate(Vector128<ulong> x, int bits) => (x >>> bits) | (x << (64 - bits));
}
