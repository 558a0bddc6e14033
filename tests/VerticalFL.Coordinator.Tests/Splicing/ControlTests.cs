using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Control connections: who gets in, what the others are told, and what happens to silent and hostile ones.</summary>
public sealed class ControlTests
{
    private static readonly PartyId A = new("alpha");

    public static TheoryData<string, string> Refusals => new()
    {
        { "expired", "the coordinator refused: its certificate expired on 2026-01-01 00:00 UTC" },
        { "foreign", "the coordinator refused: its certificate was signed by another authority than this consortium's root" },
        { "usage", "the coordinator refused: its certificate may not be used for TLS client authentication" },
        { "coordinator", "the coordinator refused: its certificate names party 'coordinator', which is this side" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Agent_with_a_wrong_certificate_learns_why(string what, string problem)
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        using var stranger = new TestCertificates();
        PartyId party = what == "coordinator" ? PartyId.Coordinator : A;
        X509Certificate2 wrong = what switch
        {
            "expired" => relay.Authority.Issue(A, new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
            "foreign" => stranger.Issue(A),
            "usage" => relay.Authority.Issue(A, client: false),
            _ => relay.Authority.Issue(party),
        };
        if (what == "coordinator")
        {
            // An agent would refuse a coordinator that is itself; so this one is made by hand.
            await using RawAgent raw = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(party, wrong));
            Assert.EndsWith((await raw.ExpectAsync<Refusal>()).Reason, problem, StringComparison.Ordinal);
            return;
        }

        ControlLink link = relay.Run(relay.Authority.Credentials(party, wrong));

        await Eventually.TrueAsync(() => link.State.Problem == problem, () => $"the state says: {link.State.Problem}");
        Assert.False(link.State.IsConnected);
        Assert.Empty(relay.Handler.Events);
    }

    [Fact]
    public async Task Agent_refuses_another_consortiums_coordinator()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        using var other = new TestCertificates();
        ControlLink link = relay.Run(other.Credentials(A));

        await Eventually.TrueAsync(
            () => link.State.Problem == "this is not the consortium's coordinator: its certificate was signed by another authority than this consortium's root",
            () => $"the state says: {link.State.Problem}");
    }

    [Fact]
    public async Task Hello_for_another_party_or_version_is_refused()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyCredentials credentials = relay.Authority.Credentials(A);
        await using RawAgent other = await RawAgent.ConnectAsync(relay.Address.Port, credentials, new AgentHello(1, new PartyId("beta"), "raw", new byte[16]));
        Assert.Equal(new Refusal(0, RefusalCode.Protocol, "the agent says it is party 'beta' but its certificate names 'alpha'"), await other.ExpectAsync<Refusal>());
        await using RawAgent old = await RawAgent.ConnectAsync(relay.Address.Port, credentials, new AgentHello(2, A, "raw", new byte[16]));
        Assert.Equal("the agent speaks control version 2, the coordinator 1: update the older one", (await old.ExpectAsync<Refusal>()).Reason);
    }

    [Fact]
    public async Task Name_of_an_agents_software_cannot_write_lines_into_a_log()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        var hello = new AgentHello(1, A, "vfl\nwarn: all is lost\u001b[2J", new byte[16]);
        await using RawAgent agent = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A), hello);
        await agent.ExpectAsync<AgentWelcome>();
        await Eventually.TrueAsync(() => relay.Relay.Agents.Count == 1);
        Assert.Equal("vfl.warn: all is lost.[2J", relay.Relay.Agents[0].Software);
    }

    [Fact]
    public async Task Messages_go_to_the_handler_and_back_to_the_agent()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        var received = new TaskCompletionSource<RunCancel>();
        ControlLink link = await relay.ConnectAsync(relay.Authority.Credentials(A), (m, _) =>
        {
            received.TrySetResult(m.Decode<RunCancel>());
            return ValueTask.CompletedTask;
        });

        await link.SendAsync(new RunCancel(RelayPathTests.Binding.Run, "enough"), CancellationToken.None);

        Assert.Equal("enough", (await received.Task.SoonAsync()).Reason);
        Assert.Equal(["connected alpha", "RunCancel alpha"], relay.Handler.Events);
        Assert.Equal(A, Assert.Single(relay.Relay.Agents).Party);
    }

    [Fact]
    public async Task Newest_connection_of_a_party_wins()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyCredentials credentials = relay.Authority.Credentials(A);
        await using RawAgent older = await RawAgent.ConnectAsync(relay.Address.Port, credentials);
        await older.ExpectAsync<AgentWelcome>();
        await Eventually.TrueAsync(() => relay.Handler.Events.Count == 1);

        await using RawAgent newer = await RawAgent.ConnectAsync(relay.Address.Port, credentials);
        Refusal refusal = await older.ExpectAsync<Refusal>();
        await older.DisposeAsync();

        Assert.Equal(RefusalCode.Superseded, refusal.Code);
        Assert.Contains("is a second agent running with this party's key?", refusal.Reason, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => relay.Handler.Events.Count == 3);
        Assert.Equal(["connected alpha", "disconnected alpha", "connected alpha"], relay.Handler.Events);
        await newer.Connection.SendAsync(new Ping(1), CancellationToken.None);
        Assert.Equal(1, (await newer.ExpectAsync<Pong>()).Number);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x56, 0x46 })]
    [InlineData(new byte[] { 0x16, 0x03, 0x01 })]
    public async Task Silent_connection_is_closed(byte[] said)
    {
        await using RelayFixture relay = await RelayFixture.StartAsync(new RelayOptions { SilenceLimit = TimeSpan.FromMilliseconds(100) });
        await using NetworkStream stream = await RawAgent.TcpAsync(relay.Address.Port);
        await stream.WriteAsync(said);
        Assert.Equal(-1, await RawAgent.ReadByteAsync(stream));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("VFLDATA2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Connection_that_is_neither_is_closed_without_an_answer(string said)
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        await using NetworkStream stream = await RawAgent.TcpAsync(relay.Address.Port);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(said));
        Assert.Equal(-1, await RawAgent.ReadByteAsync(stream));
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync(new RelayOptions { MaxConnections = 1 });
        await using RawAgent agent = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A));
        await agent.ExpectAsync<AgentWelcome>();
        await using NetworkStream stream = await RawAgent.TcpAsync(relay.Address.Port);
        Assert.Equal(-1, await RawAgent.ReadByteAsync(stream));
    }

    [Fact]
    public async Task Hostile_control_message_is_refused_with_the_reason()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        MutualTls tls = await MutualTls.AuthenticateAsync(
            await RawAgent.TcpAsync(relay.Address.Port), relay.Authority.Credentials(A), PartyId.Coordinator, asServer: false, TimeProvider.System, CancellationToken.None);
        await using var agent = new RawAgent(new ControlConnection(tls.Stream, PartyId.Coordinator));
        await agent.Connection.SendAsync(new AgentHello(1, A, "raw", new byte[16]), CancellationToken.None);
        await agent.ExpectAsync<AgentWelcome>();
        await tls.Stream.WriteAsync(new byte[] { 0x7f, 0xff, 0xff, 0xff });

        Refusal refusal = await agent.ExpectAsync<Refusal>();
        Assert.Equal(RefusalCode.Protocol, refusal.Code);
        Assert.EndsWith("A message of 2147483647 bytes is not allowed.", refusal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_in_use_is_told_with_the_remedy()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        WebApplicationBuilder builder = RelayHosting.CreateBuilder();
        builder.Services.AddSingleton<IControlHandler>(relay.Handler);
        int port = relay.Address.Port;
        builder.AddRelay(new RelayOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, port) }, relay.Authority.Credentials(PartyId.Coordinator));
        await using WebApplication second = builder.Build();

        IOException e = await Assert.ThrowsAsync<IOException>(() => second.StartRelayAsync(CancellationToken.None));
        Assert.Equal($"Port {port} on 127.0.0.1 is in use by another process: stop that one or choose another port for the coordinator.", e.Message);
    }

    [Fact]
    public async Task Unreachable_coordinator_is_named()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        int port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();
        ControlLink link = relay.Run(relay.Authority.Credentials(A), via: new HostAddress("127.0.0.1", port));
        await Eventually.TrueAsync(() => link.State.Problem is not null);
        Assert.StartsWith($"the coordinator at 127.0.0.1:{port} cannot be reached: ", link.State.Problem, StringComparison.Ordinal);
    }
}
