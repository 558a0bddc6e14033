// GF(2^128), 4 at a time, with 512-bit carry-less products. x^128 = 0x87 folds the high half back by two more products.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Fields.Backends;

internal sealed class Pclmul512 : IGf128Backend
{
    private const int Lanes = 4;

    private static readonly Pclmul256 Rest = new();

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
            Product(Vector512.LoadUnsafe(ref x, at), Vector512.LoadUnsafe(ref y, at)).StoreUnsafe(ref z, at);
        }

        Rest.Multiply(a[i..], b[i..], product[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyAdd(ReadOnlySpan<Gf128> a, Gf128 scalar, Span<Gf128> sum)
    {
        ref ulong x = ref First(a);
        ref ulong z = ref First(sum);
        Vector512<ulong> y = Vector512.Create(Vector256.Create(Vector128.Create(scalar.Low, scalar.High)));
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            (Vector512.LoadUnsafe(ref z, at) ^ Product(Vector512.LoadUnsafe(ref x, at), y)).StoreUnsafe(ref z, at);
        }

        Rest.MultiplyAdd(a[i..], scalar, sum[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Gf128 InnerProduct(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b)
    {
        ref ulong x = ref First(a);
        ref ulong y = ref First(b);
        Vector512<ulong> low = default, middle = default, high = default;
        int i = 0;
        for (; i + Lanes <= a.Length; i += Lanes)
        {
            nuint at = (nuint)i * 2;
            Vector512<ulong> u = Vector512.LoadUnsafe(ref x, at), v = Vector512.LoadUnsafe(ref y, at);
            low ^= Pclmulqdq.V512.CarrylessMultiply(u, v, 0x00);
            high ^= Pclmulqdq.V512.CarrylessMultiply(u, v, 0x11);
            middle ^= Pclmulqdq.V512.CarrylessMultiply(u, v, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(u, v, 0x10);
        }

        Vector512<ulong> lanes = Reduce(low, middle, high);
        Vector256<ulong> half = lanes.GetLower() ^ lanes.GetUpper();
        Gf128 sum = Unsafe.BitCast<Vector128<ulong>, Gf128>(half.GetLower() ^ half.GetUpper());
        return sum ^ Rest.InnerProduct(a[i..], b[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> a, Vector512<ulong> b) => Reduce(
        Pclmulqdq.V512.CarrylessMultiply(a, b, 0x00),
        Pclmulqdq.V512.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(a, b, 0x10),
        Pclmulqdq.V512.CarrylessMultiply(a, b, 0x11));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Reduce(Vector512<ulong> low, Vector512<ulong> middle, Vector512<ulong> high)
    {
        Vector512<ulong> fold = Vector512.Create(0x87UL, 0, 0x87, 0, 0x87, 0, 0x87, 0);
        low ^= Up(middle);
        high ^= Down(middle);
        Vector512<ulong> carried = Pclmulqdq.V512.CarrylessMultiply(high, fold, 0x01);
        return low ^ Up(carried) ^ Pclmulqdq.V512.CarrylessMultiply(high ^ Down(carried), fold, 0x00);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Up(Vector512<ulong> v) => Avx512BW.ShiftLeftLogical128BitLane(v.AsByte(), 8).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Down(Vector512<ulong> v) => Avx512BW.ShiftRightLogical128BitLane(v.AsByte(), 8).AsUInt64();

    private static ref ulong First(ReadOnlySpan<Gf128> span) =>
        ref Unsafe.As<Gf128, ulong>(ref MemoryMarshal.GetReference(span));
}
