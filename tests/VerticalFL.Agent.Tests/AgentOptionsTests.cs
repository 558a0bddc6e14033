using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Agent.Tests;

public sealed class AgentOptionsTests
{
    [Fact]
    public void Ways_to_peers_and_through_a_proxy_are_read()
    {
        AgentOptions options = Load(
            """
            "direct": { "listen": "0.0.0.0:7450", "peers": { "hospital": "hospital.example.org:7450" } }, "proxy": "http://proxy.example.org:3128"
            """);

        Assert.Equal(7450, options.Direct!.Endpoint!.Port);
        Assert.Equal(new HostAddress("hospital.example.org", 7450), options.Direct.Addresses[new PartyId("hospital")]);
        Assert.Equal(new HostAddress("proxy.example.org", 3128), options.HttpProxy!.Address);
    }

    [Theory]
    [InlineData("\"direct\": { \"listen\": \"7450\" }", "$.direct.listen: '7450' is not an IP address with a port")]
    [InlineData("\"direct\": { \"listen\": \"everywhere:7450\" }", "$.direct.listen: 'everywhere:7450' is not an IP address with a port")]
    [InlineData("\"direct\": { \"peers\": { \"Lab\": \"lab:1\" } }", "$.direct.peers: 'Lab' is not a party id")]
    [InlineData("\"direct\": { \"peers\": { \"lab\": \"lab\" } }", "$.direct.peers.lab: 'lab' is not an address")]
    [InlineData("\"proxy\": \"ftp://u:secret@proxy\"", "$.proxy: this is not a proxy's address")]
    public void Ways_that_cannot_be_gone_are_refused_with_the_field(string field, string problem)
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Load(field));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_is_found_beside_the_configuration()
    {
        AgentOptions options = Load($"\"engine\": {{ \"assembly\": \"engines/own.dll\", \"sha256\": \"{new string('a', 64)}\" }}");

        Assert.True(Path.IsPathRooted(options.Engine.Assembly));
        Assert.EndsWith(Path.Combine("engines", "own.dll"), options.Engine.Assembly, StringComparison.Ordinal);
        Assert.Equal(1, options.Engine.Threads);
        Assert.Equal(4, Load("\"engine\": { \"threads\": 4 }").Engine.Threads);
    }

    [Theory]
    [InlineData("{ \"threads\": 0 }", "$.engine.threads: 0 is not a number of threads")]
    [InlineData("{ \"assembly\": \"own.dll\" }", "$.engine.sha256: an assembly needs its file's SHA-256")]
    [InlineData("{ \"folder\": \"own\" }", "$.engine.sha256: a folder needs the SHA-256 of its files")]
    [InlineData("{ \"assembly\": \"own.dll\", \"folder\": \"own\" }", "$.engine.folder: an engine is an assembly or a folder")]
    [InlineData("{ \"assembly\": \"own.dll\", \"sha256\": \"12\" }", "$.engine.sha256: an assembly needs its file's SHA-256")]
    [InlineData("{ \"sha256\": \"12\" }", "$.engine.sha256: there is no assembly")]
    [InlineData("{ \"assembly\": \"own.dll\", \"sha256\": \"12\", \"threads\": 2 }", "$.engine.threads: an engine of the party's own")]
    public void An_engine_that_cannot_be_used_is_refused_with_the_field(string engine, string problem)
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Load($"\"engine\": {engine}"));
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    private static AgentOptions Load(string fields)
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "agent.json");
        File.WriteAllText(path, $$"""{ "party": "lab", "coordinator": "relay.example.org:7443", {{fields}} }""");
        return AgentOptions.Load(path);
    }
}
