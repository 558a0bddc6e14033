using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>Eight messages, with AVX-512: rotations and three-operand logic are single instructions.</summary>
internal readonly struct Sha512Lanes8 : ISha512Lanes<Vector512<ulong>>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ref ulong source, nint offset) => Vector512.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> value, ref ulong destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Create(ulong value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Add(Vector512<ulong> a, Vector512<ulong> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> BigSigma0(Vector512<ulong> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 28), Avx512F.RotateRight(x, 34), Avx512F.RotateRight(x, 39), 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> BigSigma1(Vector512<ulong> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 14), Avx512F.RotateRight(x, 18), Avx512F.RotateRight(x, 41), 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> SmallSigma0(Vector512<ulong> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 1), Avx512F.RotateRight(x, 8), x >>> 7, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> SmallSigma1(Vector512<ulong> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 19), Avx512F.RotateRight(x, 61), x >>> 6, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Choose(Vector512<ulong> x, Vector512<ulong> y, Vector512<ulong> z) => Avx512F.TernaryLogic(x, y, z, 0xca);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Majority(Vector512<ulong> x, Vector512<ulong> y, Vector512<ulong> z) => Avx512F.TernaryLogic(x, y, z, 0xe8);
}
