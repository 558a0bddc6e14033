using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Coordinator.Tests;

/// <summary>The deployment example in samples/deployment.</summary>
public sealed class DeploymentTests
{
    [Fact]
    public void Coordinator_example_loads() => Assert.Equal(
        "0.0.0.0:7443", CoordinatorOptions.Load(RepositoryFiles.PathTo("samples", "deployment", "coordinator.json")).Listen);
}
