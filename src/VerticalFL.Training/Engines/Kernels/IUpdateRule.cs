namespace VerticalFL.Training.Engines.Kernels;

/// <summary>An optimiser's step for one weight.</summary>
internal interface IUpdateRule
{
    /// <summary>Changes the weight and its two optimiser slots.</summary>
    void Apply<TSimd, TVector>(TVector gradient, ref TVector weight, ref TVector first, ref TVector second)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
