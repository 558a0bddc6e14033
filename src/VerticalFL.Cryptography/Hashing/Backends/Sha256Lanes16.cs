using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>Sixteen messages, with AVX-512: rotations and three-operand logic are single instructions.</summary>
internal readonly struct Sha256Lanes16 : ISha256Lanes<Vector512<uint>>
{
    public static int Lanes => 16;

    private static Vector512<byte> ReverseWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(Vector256.Create(Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEnter(ref byte rows, ref uint block)
    {
        // Four rows at a time: within each 128-bit lane they become four columns.
        for (nuint four = 0; four < 4; four++)
        {
            ref byte row = ref Unsafe.Add(ref rows, four * 4 * 64);
            Vector512<uint> a = Row(ref row, 0), b = Row(ref row, 1), c = Row(ref row, 2), d = Row(ref row, 3);
            Columns(a, b, c, d, out a, out b, out c, out d);
            a.StoreUnsafe(ref block, four * 64);
            b.StoreUnsafe(ref block, (four * 64) + 16);
            c.StoreUnsafe(ref block, (four * 64) + 32);
            d.StoreUnsafe(ref block, (four * 64) + 48);
        }

        // Then the lanes of four such groups: word 4 k + j of all messages.
        for (nuint j = 0; j < 4; j++)
        {
            ref uint word = ref Unsafe.Add(ref block, j * 16);
            Vector512<uint> a = Load(ref word, 0), b = Load(ref word, 64), c = Load(ref word, 128), d = Load(ref word, 192);
            Lanes128(a, b, c, d, out a, out b, out c, out d);
            a.StoreUnsafe(ref word);
            b.StoreUnsafe(ref word, 64);
            c.StoreUnsafe(ref word, 128);
            d.StoreUnsafe(ref word, 192);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLeave(ref uint words, ref UInt128 halves)
    {
        // A number lies in memory with its last word first.
        Columns(
            Load(ref words, 48), Load(ref words, 32), Load(ref words, 16), Load(ref words, 0),
            out Vector512<uint> a, out Vector512<uint> b, out Vector512<uint> c, out Vector512<uint> d);
        Lanes128(a, b, c, d, out a, out b, out c, out d);
        ref uint to = ref Unsafe.As<UInt128, uint>(ref halves);
        a.StoreUnsafe(ref to);
        b.StoreUnsafe(ref to, 16);
        c.StoreUnsafe(ref to, 32);
        d.StoreUnsafe(ref to, 48);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(ref uint source, nint offset) => Vector512.LoadUnsafe(ref source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<uint> value, ref uint destination, nint offset) => value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Create(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> BigSigma0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 2), Avx512F.RotateRight(x, 13), Avx512F.RotateRight(x, 22), 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> BigSigma1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 6), Avx512F.RotateRight(x, 11), Avx512F.RotateRight(x, 25), 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SmallSigma0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), x >>> 3, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SmallSigma1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 17), Avx512F.RotateRight(x, 19), x >>> 10, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Choose(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, 0xca);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Majority(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, 0xe8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Row(ref byte rows, nuint i) =>
        Avx512BW.Shuffle(Vector512.LoadUnsafe(ref rows, i * 64), ReverseWords).AsUInt32();

    /// <summary>Transposes the 4 x 4 words in each 128-bit lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d,
        out Vector512<uint> p, out Vector512<uint> q, out Vector512<uint> r, out Vector512<uint> s)
    {
        Vector512<ulong> ab = Avx512F.UnpackLow(a, b).AsUInt64(), cd = Avx512F.UnpackLow(c, d).AsUInt64();
        Vector512<ulong> abThen = Avx512F.UnpackHigh(a, b).AsUInt64(), cdThen = Avx512F.UnpackHigh(c, d).AsUInt64();
        p = Avx512F.UnpackLow(ab, cd).AsUInt32();
        q = Avx512F.UnpackHigh(ab, cd).AsUInt32();
        r = Avx512F.UnpackLow(abThen, cdThen).AsUInt32();
        s = Avx512F.UnpackHigh(abThen, cdThen).AsUInt32();
    }

    /// <summary>Transposes the 4 x 4 lanes of 128 bits of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lanes128(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, Vector512<uint> d,
        out Vector512<uint> p, out Vector512<uint> q, out Vector512<uint> r, out Vector512<uint> s)
    {
        Vector512<uint> ab = Avx512F.Shuffle4x128(a, b, 0x44), cd = Avx512F.Shuffle4x128(c, d, 0x44);
        Vector512<uint> abThen = Avx512F.Shuffle4x128(a, b, 0xee), cdThen = Avx512F.Shuffle4x128(c, d, 0xee);
        p = Avx512F.Shuffle4x128(ab, cd, 0x88);
        q = Avx512F.Shuffle4x128(ab, cd, 0xdd);
        r = Avx512F.Shuffle4x128(abThen, cdThen, 0x88);
        s = Avx512F.Shuffle4x128(abThen, cdThen, 0xdd);
    }
}
