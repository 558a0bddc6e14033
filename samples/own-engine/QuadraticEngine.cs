using VerticalFL.Training.Engines;

namespace OwnEngine;

/// <summary>An engine of a party's own: linear and squared terms of every column, without hidden layers.</summary>
public sealed class QuadraticEngine : IBottomEngine
{
    /// <inheritdoc/>
    public string Name => "quadratic";

    /// <inheritdoc/>
    public string Version => "1";

    /// <inheritdoc/>
    public IBottomModel Create(BottomModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new QuadraticModel(plan);
    }
}
