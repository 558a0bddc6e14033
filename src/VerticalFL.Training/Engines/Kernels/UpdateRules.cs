using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

// Moments smaller than 2^-100 become 0: they no longer move a weight, and subnormal numbers would slow every later step.

/// <summary>Stochastic gradient descent with momentum; weight decay as L2: m = momentum m + (g + decay w), w = w - rate m.</summary>
internal readonly struct SgdRule(float rate, float momentum, float decay) : IUpdateRule
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVector>(TVector gradient, ref TVector weight, ref TVector first, ref TVector second)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector g = TSimd.Fma(TSimd.Broadcast(decay), weight, gradient);
        first = Moments.Flush<TSimd, TVector>(TSimd.Fma(TSimd.Broadcast(momentum), first, g));
        weight = TSimd.Fma(TSimd.Broadcast(-rate), first, weight);
    }
}

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1) and AdamW (Loshchilov and Hutter 2019, algorithm 2) with the corrections folded into two numbers:
/// w = shrink w - rate m / (sqrt(v) correction + epsilon).
/// </summary>
/// <param name="rate">The learning rate over 1 - beta1^t.</param>
/// <param name="correction">1 / sqrt(1 - beta2^t).</param>
/// <param name="decay">Weight decay that is added to the gradient (Adam), else 0.</param>
/// <param name="shrink">1 - learning rate * weight decay (AdamW), else 1.</param>
internal readonly struct AdamRule(float rate, float correction, float decay, float shrink) : IUpdateRule
{
    public const double Beta1 = 0.9;
    public const double Beta2 = 0.999;
    public const float Epsilon = 1e-8f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TSimd, TVector>(TVector gradient, ref TVector weight, ref TVector first, ref TVector second)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector g = TSimd.Fma(TSimd.Broadcast(decay), weight, gradient);
        TVector scaled = TSimd.Multiply(TSimd.Broadcast((float)(1 - Beta1)), g);
        first = Moments.Flush<TSimd, TVector>(TSimd.Fma(TSimd.Broadcast((float)Beta1), first, scaled));
        TVector square = TSimd.Multiply(TSimd.Multiply(TSimd.Broadcast((float)(1 - Beta2)), g), g);
        second = Moments.Flush<TSimd, TVector>(TSimd.Fma(TSimd.Broadcast((float)Beta2), second, square));
        TVector divisor = TSimd.Fma(TSimd.Sqrt(second), TSimd.Broadcast(correction), TSimd.Broadcast(Epsilon));
        TVector shrunk = TSimd.Multiply(weight, TSimd.Broadcast(shrink));
        weight = TSimd.Fma(TSimd.Broadcast(-rate), TSimd.Divide(first, divisor), shrunk);
    }
}

/// <summary>What the rules share.</summary>
internal static class Moments
{
    private const float Smallest = 7.8886091e-31f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Flush<TSimd, TVector>(TVector moment)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.SelectLess(TSimd.Abs(moment), TSimd.Broadcast(Smallest), TSimd.Broadcast(0f), moment);
}
