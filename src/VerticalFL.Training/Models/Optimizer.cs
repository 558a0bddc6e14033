using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>
/// Turns gradients into steps. beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, as the papers propose; decay acts on every weight, as in
/// PyTorch.
/// </summary>
internal sealed unsafe class Optimizer
{
    private readonly OptimizerSettings settings;

    public Optimizer(OptimizerSettings settings)
    {
        if (!Enum.IsDefined(settings.Kind))
        {
            throw new ArgumentException($"There is no optimiser {settings.Kind}; choose sgd, adam or adamw.", nameof(settings));
        }

        Require(settings.LearningRate is > 0 and < 1e6, "learningRate is above 0", settings.LearningRate);
        Require(settings.WeightDecay is >= 0 and < 1e6, "weightDecay is 0 or more", settings.WeightDecay);
        Require(settings.Momentum is >= 0 and < 1, "momentum is at least 0 and below 1", settings.Momentum);
        this.settings = settings;
    }

    public OptimizerKind Kind => settings.Kind;

    /// <summary>How many slots of a parameter the rule uses.</summary>
    public int SlotCount => Kind == OptimizerKind.Sgd ? 1 : 2;

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>beta1^Steps, as a running product: a power function would differ between platforms.</summary>
    public double Power1 { get; private set; } = 1;

    /// <summary>beta2^Steps.</summary>
    public double Power2 { get; private set; } = 1;

    /// <summary>One step over all parameters.</summary>
    public void Step(Parameter[] parameters, KernelSet kernels)
    {
        Steps++;
        Power1 *= AdamRule.Beta1;
        Power2 *= AdamRule.Beta2;
        float decay = (float)settings.WeightDecay;
        if (Kind == OptimizerKind.Sgd)
        {
            Apply(new SgdRule((float)settings.LearningRate, (float)settings.Momentum, decay), parameters, kernels);
            return;
        }

        bool decoupled = Kind == OptimizerKind.AdamW;
        Apply(
            new AdamRule(
                rate: (float)(settings.LearningRate / (1 - Power1)),
                correction: (float)(1 / Math.Sqrt(1 - Power2)),
                decay: decoupled ? 0 : decay,
                shrink: decoupled ? (float)(1 - (settings.LearningRate * settings.WeightDecay)) : 1),
            parameters,
            kernels);
    }

    /// <summary>Takes up saved counters.</summary>
    public void Restore(long steps, double power1, double power2) => (Steps, Power1, Power2) = (steps, power1, power2);

    private static void Apply<TRule>(TRule rule, Parameter[] parameters, KernelSet kernels)
        where TRule : struct, IUpdateRule
    {
        foreach (Parameter p in parameters)
        {
            kernels.Update(rule, p.Gradient.Pointer, p.Value.Pointer, p.Slots[0].Pointer, p.Slots[1].Pointer, p.Count);
        }
    }

    private static void Require(bool condition, string rule, double value)
    {
        if (!condition)
        {
            throw new ArgumentException($"An optimiser's {rule}; it is {value}.");
        }
    }
}
