using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VerticalFL.Agent;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Transport.Local;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Refusals;

/// <summary>Services that cannot start say why and end; agents that are refused go on trying and say why.</summary>
public sealed class StartRefusalTests
{
    private static readonly PartyId Lab = new("lab");

    [Fact]
    public async Task Coordinator_whose_port_is_taken_says_so()
    {
        using var kit = new RefusalKit();
        kit.Enrol(PartyId.Coordinator);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using MarkedProcess vfl = await MarkedProcess.RunAsync("coordinator", "--config", kit.Coordinator(port));

        AssertRefused(vfl, Cli.ExitCodes.PortInUse, $"{port}", "another port");
    }

    [Fact]
    public async Task Second_coordinator_on_one_state_directory_is_refused()
    {
        using var kit = new RefusalKit();
        kit.Enrol(PartyId.Coordinator);
        using MarkedProcess first = MarkedProcess.Start("coordinator", "--json", "--config", kit.Coordinator());
        await ReadyPortAsync(first);

        using MarkedProcess second = await MarkedProcess.RunAsync("coordinator", "--config", kit.Coordinator());

        AssertRefused(second, Cli.ExitCodes.FileAccess, "already runs", "stateDirectory");
    }

    [Theory]
    [InlineData("expired", Cli.ExitCodes.CertificateRefused, "expired")]
    [InlineData("not yet valid", Cli.ExitCodes.CertificateRefused, "not valid before")]
    [InlineData("foreign root", Cli.ExitCodes.CertificateRefused, "consortium's root")]
    [InlineData("revoked", Cli.ExitCodes.CertificateRefused, "revoked")]
    [InlineData("another party's", Cli.ExitCodes.ConfigurationInvalid, "'lab'")]
    [InlineData("no certificate", Cli.ExitCodes.CertificateRefused, "service.cert.pem")]
    [InlineData("another's key", Cli.ExitCodes.CertificateRefused, "does not belong to the key")]
    [InlineData("key open to others", Cli.ExitCodes.KeyUnusable, "service.key.pem")]
    [InlineData("no key", Cli.ExitCodes.KeyUnusable, "service.key.pem")]
    public async Task Agent_with_unusable_keys_says_which_and_ends(string problem, int code, string names)
    {
        using var kit = new RefusalKit();
        using var other = new RefusalKit("other");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        IssuedCertificate certificate = kit.Enrol(
            Lab, problem switch { "expired" => new ManualTime(now.AddDays(-9)), "not yet valid" => new ManualTime(now.AddDays(9)), _ => null });
        other.Enrol(Lab);
        string config = kit.Agent(Lab, 1, problem == "another party's" ? "pharmacy" : null);
        switch (problem)
        {
            case "foreign root":
                File.Copy(other["ca", "ca.cert.pem"], kit["lab", "ca.cert.pem"], overwrite: true);
                break;
            case "revoked":
                kit.Revoke(certificate, Lab);
                break;
            case "no certificate":
                File.Delete(kit["lab", "service.cert.pem"]);
                break;
            case "another's key":
                File.Copy(other["lab", "service.key.pem"], kit["lab", "service.key.pem"], overwrite: true);
                break;
            case "key open to others" when !OperatingSystem.IsWindows():
                File.SetUnixFileMode(kit["lab", "service.key.pem"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
                break;
            case "no key":
                File.Delete(kit["lab", "service.key.pem"]);
                break;
        }

        using MarkedProcess vfl = await MarkedProcess.RunAsync("agent", "--config", config);

        AssertRefused(vfl, code, names);
    }

    [Fact]
    public async Task Agent_that_the_coordinator_does_not_trust_tells_the_reason_in_log_and_status()
    {
        using var kit = new RefusalKit();
        using var foreign = new RefusalKit("foreign");
        kit.Enrol(PartyId.Coordinator);
        foreign.Enrol(Lab);
        using MarkedProcess coordinator = MarkedProcess.Start("coordinator", "--json", "--config", kit.Coordinator());
        int port = await ReadyPortAsync(coordinator);

        using MarkedProcess agent = MarkedProcess.Start("agent", "--json", "--config", foreign.Agent(Lab, port));
        await ReadyPortAsync(agent);

        // The agent, too, does not trust this coordinator: that is the first thing it must say.
        await agent.UntilErrorHasAsync("not the consortium's coordinator");
        await AssertStatusAsync(foreign.StateOf(Lab), "not the consortium's coordinator");
        await coordinator.UntilErrorHasAsync("refused");
        Assert.False(agent.HasExited);
        agent.Signal(PosixSignalNumber.Terminate);
        await agent.WaitAsync();
    }

    [Fact]
    public async Task Agent_whose_certificate_was_revoked_is_told_so_by_the_coordinator()
    {
        using var kit = new RefusalKit();
        kit.Enrol(PartyId.Coordinator);
        kit.Revoke(kit.Enrol(Lab), PartyId.Coordinator);
        using MarkedProcess coordinator = MarkedProcess.Start("coordinator", "--json", "--config", kit.Coordinator());
        int port = await ReadyPortAsync(coordinator);

        using MarkedProcess agent = MarkedProcess.Start("agent", "--json", "--config", kit.Agent(Lab, port));

        await agent.UntilErrorHasAsync("the coordinator refused");
        Assert.Contains("revoked", agent.Error, StringComparison.Ordinal);
        await AssertStatusAsync(kit.StateOf(Lab), "revoked");
        await coordinator.UntilErrorHasAsync("revoked");
    }

    [Theory]
    [InlineData(PosixSignalNumber.Interrupt)]
    [InlineData(PosixSignalNumber.Terminate)]
    public async Task Services_end_in_order_on_a_signal(PosixSignalNumber signal)
    {
        using var kit = new RefusalKit();
        kit.Enrol(PartyId.Coordinator);
        kit.Enrol(Lab);
        using MarkedProcess coordinator = MarkedProcess.Start("coordinator", "--json", "--config", kit.Coordinator());
        int port = await ReadyPortAsync(coordinator);
        using MarkedProcess agent = MarkedProcess.Start("agent", "--json", "--config", kit.Agent(Lab, port));
        await agent.UntilErrorHasAsync("Connected");

        agent.SignalGroup(signal);
        await agent.WaitAsync(TimeSpan.FromSeconds(60));
        coordinator.SignalGroup(signal);
        await coordinator.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((0, 0), (agent.ExitCode, coordinator.ExitCode));
        Assert.False(File.Exists(Path.Combine(kit.StateOf(Lab), LocalSocket.FileName)));
    }

    private static async Task<int> ReadyPortAsync(MarkedProcess service)
    {
        for (long began = Environment.TickCount64; Environment.TickCount64 - began < 120_000; await Task.Delay(20))
        {
            if (service.Output.Contains('\n', StringComparison.Ordinal))
            {
                using var ready = JsonDocument.Parse(service.Output.Split('\n')[0]);
                return ready.RootElement.GetProperty("port").GetInt32();
            }

            Assert.False(service.HasExited, service.Error);
        }

        throw new TimeoutException($"The service was not ready: {service.Error}");
    }

    private static async Task AssertStatusAsync(string stateDirectory, string problem)
    {
        using var client = new LocalClient(stateDirectory);
        AgentStatus status = await client.GetAsync<AgentStatus>("status", TestContext.Current.CancellationToken);
        Assert.False(status.Connected);
        Assert.Contains(problem, status.Problem, StringComparison.Ordinal);
    }

    private static void AssertRefused(MarkedProcess vfl, int code, params string[] names)
    {
        Assert.True(code == vfl.ExitCode, $"exit code {vfl.ExitCode} instead of {code}: {vfl.Error}");
        string sentence = vfl.ErrorLines[^1];
        TestContext.Current.SendDiagnosticMessage(sentence);
        Assert.StartsWith("vfl: ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.All(names, n => Assert.Contains(n, sentence, StringComparison.Ordinal));
        vfl.AssertNothingLeft();
    }
}
