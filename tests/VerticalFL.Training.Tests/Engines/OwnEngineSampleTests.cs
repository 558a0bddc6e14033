using OwnEngine;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>The engine in samples/own-engine keeps the contract too.</summary>
public sealed class OwnEngineSampleTests : BottomModelContract
{
    protected override IBottomEngine Engine { get; } = new QuadraticEngine();
}
