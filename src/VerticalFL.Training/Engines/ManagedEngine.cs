namespace VerticalFL.Training.Engines;

/// <summary>The engine that parties use unless they bring another: <see cref="ManagedBottomModel"/>.</summary>
/// <param name="threads">Threads of each model, 1 or more. They share the long products; the numbers are the same for any. Default: 1.</param>
public sealed class ManagedEngine(int threads = 1) : IBottomEngine
{
    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public string Version => "1";

    /// <inheritdoc/>
    public IBottomModel Create(BottomModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new ManagedBottomModel(plan.Features, plan.Settings, plan.CutWidth, plan.Optimizer, plan.Seed.Span, threads);
    }
}
