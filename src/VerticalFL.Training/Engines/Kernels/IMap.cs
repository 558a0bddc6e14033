namespace VerticalFL.Training.Engines.Kernels;

/// <summary>A formula of one element.</summary>
internal interface IMap
{
    TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
