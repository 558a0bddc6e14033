using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Audits;

/// <summary>What an attack makes of a party's bottom model, over tables of the attack's own; the caller's to dispose.</summary>
/// <param name="Trained">The bottom with the weights that the training ended with.</param>
/// <param name="Fresh">The same layers with fresh weights: what the party could train without anybody else.</param>
public sealed record BottomCopies(Func<FeatureMatrix, IBottomModel> Trained, Func<FeatureMatrix, IBottomModel> Fresh);
