using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>Sums and differences of ring elements: machine words that wrap.</summary>
internal static class RingSum
{
    /// <summary>sum += terms, modulo the word.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(Span<T> sum, ReadOnlySpan<T> terms)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        CheckLengths(terms.Length, sum.Length);
        Span<Vector<T>> target = MemoryMarshal.Cast<T, Vector<T>>(sum);
        ReadOnlySpan<Vector<T>> source = MemoryMarshal.Cast<T, Vector<T>>(terms);
        for (int v = 0; v < target.Length; v++)
        {
            target[v] += source[v];
        }

        for (int i = target.Length * Vector<T>.Count; i < sum.Length; i++)
        {
            sum[i] = unchecked(sum[i] + terms[i]);
        }
    }

    /// <summary>sum -= terms, modulo the word.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract<T>(Span<T> sum, ReadOnlySpan<T> terms)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        CheckLengths(terms.Length, sum.Length);
        Span<Vector<T>> target = MemoryMarshal.Cast<T, Vector<T>>(sum);
        ReadOnlySpan<Vector<T>> source = MemoryMarshal.Cast<T, Vector<T>>(terms);
        for (int v = 0; v < target.Length; v++)
        {
            target[v] -= source[v];
        }

        for (int i = target.Length * Vector<T>.Count; i < sum.Length; i++)
        {
            sum[i] = unchecked(sum[i] - terms[i]);
        }
    }

    public static void CheckLengths(int a, int b)
    {
        if (a != b)
        {
            throw new ArgumentException($"{a} and {b} elements; the lengths must be equal.");
        }
    }

    public static ArgumentException NotFinite() => new("An activation is NaN or infinite; lower the learning rate or check the inputs.");
}
