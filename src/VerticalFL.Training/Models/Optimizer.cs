using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>
/// Turns gradients into steps. beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, as the papers propose; decay acts on every weight, as in
/// PyTorch.
/// </summary>
internal sealed class Optimizer
{
    private readonly OptimizerSettings settings;
    private readonly EngineContext context;
    private readonly UpdateWork<SgdRule> sgd;
    private readonly UpdateWork<AdamRule> adam;

    public Optimizer(OptimizerSettings settings, EngineContext context)
    {
        if (!Enum.IsDefined(settings.Kind))
        {
            throw new ArgumentException($"There is no optimiser {settings.Kind}; choose sgd, adam or adamw.", nameof(settings));
        }

        Require(settings.LearningRate is > 0 and < 1e6, "learningRate is above 0", settings.LearningRate);
        Require(settings.WeightDecay is >= 0 and < 1e6, "weightDecay is 0 or more", settings.WeightDecay);
        Require(settings.Momentum is >= 0 and < 1, "momentum is at least 0 and below 1", settings.Momentum);
        this.settings = settings;
        this.context = context;
        sgd = new UpdateWork<SgdRule>(context.Kernels);
        adam = new UpdateWork<AdamRule>(context.Kernels);
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

    /// <summary>One step over all parameters, with the learning rate times <paramref name="rate"/>.</summary>
    public void Step(Parameter[] parameters, double rate)
    {
        double learningRate = settings.LearningRate * rate;
        Steps++;
        Power1 *= AdamRule.Beta1;
        Power2 *= AdamRule.Beta2;
        float decay = (float)settings.WeightDecay;
        if (Kind == OptimizerKind.Sgd)
        {
            Apply(sgd, new SgdRule((float)learningRate, (float)settings.Momentum, decay), parameters);
            return;
        }

        bool decoupled = Kind == OptimizerKind.AdamW;
        Apply(
            adam,
            new AdamRule(
                rate: (float)(learningRate / (1 - Power1)),
                correction: (float)(1 / Math.Sqrt(1 - Power2)),
                decay: decoupled ? 0 : decay,
                shrink: decoupled ? (float)(1 - (learningRate * settings.WeightDecay)) : 1),
            parameters);
    }

    /// <summary>Takes up saved counters.</summary>
    public void Restore(long steps, double power1, double power2) => (Steps, Power1, Power2) = (steps, power1, power2);

    private void Apply<TRule>(UpdateWork<TRule> work, TRule rule, Parameter[] parameters)
        where TRule : struct, IUpdateRule
    {
        work.Rule = rule;
        foreach (Parameter p in parameters)
        {
            work.Of = p;
            context.Update(work);
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
