using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>The managed engine at one register width on some threads.</summary>
internal sealed class ManagedEngineAt(VectorWidth width, int threads) : IBottomEngine
{
    public string Name => "managed";

    public string Version => "1";

    public IBottomModel Create(BottomModelPlan plan) =>
        new ManagedBottomModel(plan.Features, plan.Settings, plan.CutWidth, plan.Optimizer, plan.Seed.Span, KernelSet.For(width), threads);
}

public sealed class ManagedEngineOneFloatAtATimeTests : PartwiseBottomModelContract
{
    protected override IBottomEngine Engine { get; } = new ManagedEngineAt(VectorWidth.Scalar, 1);
}

public sealed class ManagedEngine128BitsTests : PartwiseBottomModelContract
{
    protected override IBottomEngine Engine { get; } = new ManagedEngineAt(VectorWidth.Bits128, 2);
}

public sealed class ManagedEngine256BitsTests : PartwiseBottomModelContract
{
    protected override IBottomEngine Engine { get; } = new ManagedEngineAt(VectorWidth.Bits256, 3);
}

public sealed class ManagedEngine512BitsTests : PartwiseBottomModelContract
{
    protected override IBottomEngine Engine { get; } = new ManagedEngineAt(VectorWidth.Bits512, 2);
}
