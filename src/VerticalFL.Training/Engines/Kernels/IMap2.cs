namespace VerticalFL.Training.Engines.Kernels;

/// <summary>A formula of two elements at the same place.</summary>
internal interface IMap2
{
    TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
