using VerticalFL.Governance.Policies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests;

/// <summary>The deployment examples in samples/deployment.</summary>
public sealed class DeploymentTests
{
    [Fact]
    public void Agent_example_loads_with_its_policy()
    {
        AgentOptions options = AgentOptions.Load(RepositoryFiles.PathTo("samples", "deployment", "agent.json"));

        Assert.Equal("/var/lib/vfl-agent", options.StateDirectory);
        Assert.Equal(100, Policy.Parse(options.Policy!.Value).MinimumPatients);
    }

    [Theory]
    [InlineData("vfl-agent.service", "LoadCredential=vfl-storage-key:")]
    [InlineData("vfl-coordinator.service", "ExecStart=/opt/verticalfl/vfl coordinator --config ")]
    public void Units_are_hardened_and_keep_state_private(string unit, string line)
    {
        string[] lines = File.ReadAllLines(RepositoryFiles.PathTo("samples", "deployment", unit));

        Assert.All(
            lines.Where(l => l.Length > 0 && l[0] != '#'),
            l => Assert.True((l[0] == '[' && l[^1] == ']') || l.IndexOf('=', StringComparison.Ordinal) > 0, l));
        foreach (string expected in (string[])["StateDirectoryMode=0700", "NoNewPrivileges=yes", "ProtectSystem=strict", "KillSignal=SIGTERM", "UMask=0077", "CapabilityBoundingSet="])
        {
            Assert.Contains(expected, lines);
        }

        Assert.Contains(lines, l => l.StartsWith(line, StringComparison.Ordinal));
    }
}
