using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Tests that measure the whole process's memory: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
