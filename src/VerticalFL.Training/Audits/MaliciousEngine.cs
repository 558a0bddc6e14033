using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Audits;

/// <summary>
/// The managed engine under the hands of a party that cheats (<c>MaliciousUpdate</c>): the same layers, first weights, dropout and states, and larger steps. For
/// simulations, which play it to measure what it gains.
/// </summary>
public sealed class MaliciousEngine : IBottomEngine
{
    private readonly ManagedEngine _managed = new();

    /// <summary>The managed engine's: a model that was trained by this one opens there.</summary>
    public string Name => _managed.Name;

    /// <inheritdoc/>
    public string Version => _managed.Version;

    /// <inheritdoc/>
    public IBottomModel Create(BottomModelPlan plan) => new MaliciousBottomModel((ManagedBottomModel)_managed.Create(plan));
}
