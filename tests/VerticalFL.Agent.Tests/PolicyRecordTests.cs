using VerticalFL.Agent.Engines;
using VerticalFL.Agent.Tests.Studies;
using Xunit;

namespace VerticalFL.Agent.Tests;

public sealed class PolicyRecordTests
{
    [Fact]
    public void A_policy_or_an_engine_is_audited_once_and_again_when_it_changes()
    {
        using var fixture = new DeskFixture();
        string engine = new('a', 64);

        Assert.True(Notes(fixture, null));
        Assert.False(Notes(fixture, null));
        Assert.True(Notes(fixture, engine));
        Assert.False(Notes(fixture, engine.ToUpperInvariant()));
        Assert.True(Notes(fixture, new string('b', 64)));
        Assert.True(Notes(fixture, null));
    }

    private static bool Notes(DeskFixture fixture, string? engine)
    {
        string path = Path.Combine(fixture.State, "audit.jsonl");
        int before = File.ReadAllLines(path).Length;
        var options = new AgentOptions
        {
            Party = "lab",
            Coordinator = "localhost:1",
            StateDirectory = fixture.State,
            Engine = new EngineOptions { Assembly = engine is null ? null : "own.dll", Sha256 = engine },
        };

        PolicyRecord.Note(options, fixture.Audit);

        string[] lines = File.ReadAllLines(path);
        Assert.InRange(lines.Length, before, before + 1);
        Assert.Contains("PolicyChanged", lines[^1], StringComparison.Ordinal);
        Assert.Equal(engine is not null, lines[^1].Contains($"\"engine\":\"{engine?.ToLowerInvariant()}\"", StringComparison.Ordinal));
        return lines.Length > before;
    }
}
