using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.Engines;

/// <summary>What a bottom model is made of.</summary>
/// <param name="Features">The party's prepared table in cohort order, all finite, at least one column. The model keeps it and does not change it.</param>
/// <param name="Settings">The layers that the study plans for this party. A party's own engine may have others.</param>
/// <param name="CutWidth">The width of the cut, at least 1; all parties' are the same.</param>
/// <param name="Optimizer">The study's optimiser.</param>
/// <param name="Seed">The party's secret seed for this model, 32 bytes: everything random in it follows from these.</param>
public sealed record BottomModelPlan(
    FeatureMatrix Features, BottomSettings Settings, int CutWidth, OptimizerSettings Optimizer, ReadOnlyMemory<byte> Seed);
