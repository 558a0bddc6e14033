// GF(2^128), 2 at a time, with 256-bit carry-less products. x^128 = 0x87 folds the high half back by two more products.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Fields.Backends;

internal sealed class Pclmul256 : IGf128Backend
{
    private const int Lanes = 2;

    private static readonly Pclmul128 Rest = new();

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
            Product(Vector256.LoadUnsafe(ref x, at), Vector256.LoadUnsafe(ref y, at)).StoreUnsafe(ref z, at);
        }

        Rest.Multiply(a[i..], b[i..], product[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyAdd(ReadOnlySpan<Gf128> a, Gf128 scalar, Span<Gf128> sum)
    {
        ref ulong x = ref First(a);
        ref ulong z = ref First(sum);
        Vector256<ulong> y = Vector256.Create(Vector128.Create(scalar.Low, scalar.High));
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            (Vector256.LoadUnsafe(ref z, at) ^ Product(Vector256.LoadUnsafe(ref x, at), y)).StoreUnsafe(ref z, at);
        }

        Rest.MultiplyAdd(a[i..], scalar, sum[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Gf128 InnerProduct(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b)
    {
        ref ulong x = ref First(a);
        ref ulong y = ref First(b);
        Vector256<ulong> low = default, middle = default, high = default;
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            Vector256<ulong> u = Vector256.LoadUnsafe(ref x, at), v = Vector256.LoadUnsafe(ref y, at);
            low ^= Pclmulqdq.V256.CarrylessMultiply(u, v, 0x00);
            high ^= Pclmulqdq.V256.CarrylessMultiply(u, v, 0x11);
            middle ^= Pclmulqdq.V256.CarrylessMultiply(u, v, 0x01) ^ Pclmulqdq.V256.CarrylessMultiply(u, v, 0x10);
        }

        Vector256<ulong> lanes = Reduce(low, middle, high);
        Gf128 sum = Unsafe.BitCast<Vector128<ulong>, Gf128>(lanes.GetLower() ^ lanes.GetUpper());
        return sum ^ Rest.InnerProduct(a[i..], b[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Product(Vector256<ulong> a, Vector256<ulong> b) => Reduce(
        Pclmulqdq.V256.CarrylessMultiply(a, b, 0x00),
        Pclmulqdq.V256.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.V256.CarrylessMultiply(a, b, 0x10),
        Pclmulqdq.V256.CarrylessMultiply(a, b, 0x11));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Reduce(Vector256<ulong> low, Vector256<ulong> middle, Vector256<ulong> high)
    {
        Vector256<ulong> fold = Vector256.Create(0x87UL, 0, 0x87, 0);
        low ^= Up(middle);
        high ^= Down(middle);
        Vector256<ulong> carried = Pclmulqdq.V256.CarrylessMultiply(high, fold, 0x01);
        return low ^ Up(carried) ^ Pclmulqdq.V256.CarrylessMultiply(high ^ Down(carried), fold, 0x00);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Up(Vector256<ulong> v) => Avx2.ShiftLeftLogical128BitLane(v.AsByte(), 8).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Down(Vector256<ulong> v) => Avx2.ShiftRightLogical128BitLane(v.AsByte(), 8).AsUInt64();

    private static ref ulong First(ReadOnlySpan<Gf128> span) =>
        ref Unsafe.As<Gf128, ulong>(ref MemoryMarshal.GetReference(span));
}
