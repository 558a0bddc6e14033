using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

// The formulas that layers and losses apply element by element. A comparison is written so that not a number stays not a number.

/// <summary>max(0, x).</summary>
internal readonly struct ReluMap : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.SelectLess(x, TSimd.Broadcast(0f), TSimd.Broadcast(0f), x);
}

/// <summary>gradient where 0 &lt; y, else 0; y is the layer's output.</summary>
internal readonly struct ReluGradientMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector gradient, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.SelectLess(TSimd.Broadcast(0f), y, gradient, TSimd.Broadcast(0f));
}

/// <summary>tanh x.</summary>
internal readonly struct TanhMap : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        Elementary.Tanh<TSimd, TVector>(x);
}

/// <summary>gradient (1 - y^2); y is the layer's output.</summary>
internal readonly struct TanhGradientMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector gradient, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(gradient, TSimd.Fma(TSimd.Subtract(TSimd.Broadcast(0f), y), y, TSimd.Broadcast(1f)));
}

/// <summary>x Phi(x) = x/2 (1 + erf(x / sqrt 2)).</summary>
internal readonly struct GeluMap : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(x, Phi<TSimd, TVector>(x));

    /// <summary>The normal distribution function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Phi<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector erf = Elementary.Erf<TSimd, TVector>(TSimd.Multiply(x, TSimd.Broadcast(0.70710678f)));
        return TSimd.Fma(erf, TSimd.Broadcast(0.5f), TSimd.Broadcast(0.5f));
    }
}

/// <summary>gradient (Phi(x) + x phi(x)); x is the layer's input.</summary>
internal readonly struct GeluGradientMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector gradient, TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector square = TSimd.Multiply(TSimd.Multiply(x, x), TSimd.Broadcast(-0.5f));
        TVector density = TSimd.Multiply(Elementary.Exp<TSimd, TVector>(square), TSimd.Broadcast(0.39894228f));
        return TSimd.Multiply(gradient, TSimd.Fma(x, density, GeluMap.Phi<TSimd, TVector>(x)));
    }
}

/// <summary>x y.</summary>
internal readonly struct ProductMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(x, y);
}

/// <summary>x + y.</summary>
internal readonly struct SumMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Add(x, y);
}

/// <summary>The first of two.</summary>
internal readonly struct FirstMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        x;
}

/// <summary>e^x.</summary>
internal readonly struct ExpMap : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        Elementary.Exp<TSimd, TVector>(x);
}

/// <summary>log x.</summary>
internal readonly struct LogMap : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        Elementary.Log<TSimd, TVector>(x);
}

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct LogisticMap : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        Elementary.Logistic<TSimd, TVector>(x);
}

/// <summary>The logistic function of x, minus y.</summary>
internal readonly struct LogisticErrorMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Subtract(Elementary.Logistic<TSimd, TVector>(x), y);
}

/// <summary>max(x, 0) - x y + log(1 + e^-|x|): the cross entropy of a logit x and a label y.</summary>
internal readonly struct LogisticLossMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector zero = TSimd.Broadcast(0f);
        TVector positive = TSimd.SelectLess(x, zero, zero, x);
        TVector tail = Elementary.Log1P<TSimd, TVector>(Elementary.Exp<TSimd, TVector>(TSimd.Subtract(zero, TSimd.Abs(x))));
        return TSimd.Add(TSimd.Fma(TSimd.Subtract(zero, x), y, positive), tail);
    }
}

/// <summary>x - y.</summary>
internal readonly struct DifferenceMap : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Subtract(x, y);
}

/// <summary>x times a constant.</summary>
internal readonly struct ScaleMap(float factor) : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(x, TSimd.Broadcast(factor));
}

/// <summary>(x - mean) scale.</summary>
internal readonly struct StandardiseMap(float mean, float scale) : IMap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(TSimd.Subtract(x, TSimd.Broadcast(mean)), TSimd.Broadcast(scale));
}

/// <summary>(x - mean)^2.</summary>
internal readonly struct SquaredDeviationMap(float mean) : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector d = TSimd.Subtract(x, TSimd.Broadcast(mean));
        return TSimd.Multiply(d, d);
    }
}

/// <summary>scale (x - a - b y): layer norm's gradient, with x the gradient of the standardised value y.</summary>
internal readonly struct NormGradientMap(float a, float b, float scale) : IMap2
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TSimd.Multiply(TSimd.Fma(TSimd.Broadcast(-b), y, TSimd.Subtract(x, TSimd.Broadcast(a))), TSimd.Broadcast(scale));
}
