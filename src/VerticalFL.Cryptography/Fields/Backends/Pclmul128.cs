// GF(2^128), 1 at a time, with 128-bit carry-less products. x^128 = 0x87 folds the high half back by two more products.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Fields.Backends;

internal sealed class Pclmul128 : IGf128Backend
{
    private const int Lanes = 1;

    public static Gf128 Multiply(Gf128 a, Gf128 b) =>
        Unsafe.BitCast<Vector128<ulong>, Gf128>(Product(Vector128.Create(a.Low, a.High), Vector128.Create(b.Low, b.High)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b, Span<Gf128> product)
    {
        ref ulong x = ref First(a);
        ref ulong y = ref First(b);
        ref ulong z = ref First(product);
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            Product(Vector128.LoadUnsafe(ref x, at), Vector128.LoadUnsafe(ref y, at)).StoreUnsafe(ref z, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyAdd(ReadOnlySpan<Gf128> a, Gf128 scalar, Span<Gf128> sum)
    {
        ref ulong x = ref First(a);
        ref ulong z = ref First(sum);
        Vector128<ulong> y = Vector128.Create(scalar.Low, scalar.High);
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            (Vector128.LoadUnsafe(ref z, at) ^ Product(Vector128.LoadUnsafe(ref x, at), y)).StoreUnsafe(ref z, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Gf128 InnerProduct(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b)
    {
        ref ulong x = ref First(a);
        ref ulong y = ref First(b);
        Vector128<ulong> low = default, middle = default, high = default;
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            Vector128<ulong> u = Vector128.LoadUnsafe(ref x, at), v = Vector128.LoadUnsafe(ref y, at);
            low ^= Pclmulqdq.CarrylessMultiply(u, v, 0x00);
            high ^= Pclmulqdq.CarrylessMultiply(u, v, 0x11);
            middle ^= Pclmulqdq.CarrylessMultiply(u, v, 0x01) ^ Pclmulqdq.CarrylessMultiply(u, v, 0x10);
        }

        return Unsafe.BitCast<Vector128<ulong>, Gf128>(Reduce(low, middle, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<ulong> Product(Vector128<ulong> a, Vector128<ulong> b) => Reduce(
        Pclmulqdq.CarrylessMultiply(a, b, 0x00),
        Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10),
        Pclmulqdq.CarrylessMultiply(a, b, 0x11));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        Vector128<ulong> fold = Vector128.Create(0x87UL, 0);
        low ^= Up(middle);
        high ^= Down(middle);
        Vector128<ulong> carried = Pclmulqdq.CarrylessMultiply(high, fold, 0x01);
        return low ^ Up(carried) ^ Pclmulqdq.CarrylessMultiply(high ^ Down(carried), fold, 0x00);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Up(Vector128<ulong> v) => Sse2.ShiftLeftLogical128BitLane(v.AsByte(), 8).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Down(Vector128<ulong> v) => Sse2.ShiftRightLogical128BitLane(v.AsByte(), 8).AsUInt64();

    private static ref ulong First(ReadOnlySpan<Gf128> span) =>
        ref Unsafe.As<Gf128, ulong>(ref MemoryMarshal.GetReference(span));
}
