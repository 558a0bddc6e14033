using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport;
using VerticalFL.Transport.Security;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>A coordinator that says whatever a test wants, with the consortium's genuine certificate.</summary>
internal sealed class FakeCoordinator : IControlHandler, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, AgentSession> _sessions = new();
    private readonly ServiceIdentity _identity;
    private readonly PartyCredentials _credentials;
    private WebApplication? _host;

    private FakeCoordinator(ServiceIdentity identity)
    {
        _identity = identity;
        _credentials = new PartyCredentials(identity.Party, identity.Certificate, identity.Root.Certificate, null, []);
    }

    public int Port { get; private set; }

    public ConcurrentQueue<RunEnded> Ends { get; } = [];

    public ConcurrentQueue<AttemptOver> Overs { get; } = [];

    public ConcurrentQueue<SignedApproval> Decisions { get; } = [];

    public static async Task<FakeCoordinator> StartAsync(string keys)
    {
        var fake = new FakeCoordinator(ServiceIdentity.Load(keys));
        WebApplicationBuilder builder = RelayHosting.CreateBuilder();
        builder.Services.AddSingleton<IControlHandler>(fake);
        builder.AddRelay(new RelayOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, fake._credentials);
        fake._host = builder.Build();
        fake.Port = (await fake._host.StartRelayAsync(CancellationToken.None)).Endpoint.Port;
        return fake;
    }

    public bool Has(string party) => _sessions.ContainsKey(party);

    public async Task SayAsync<T>(string party, T message)
        where T : IMessage<T>
    {
        await ServiceKit.UntilAsync(() => Task.FromResult(Has(party)), $"'{party}' to connect");
        await _sessions[party].SendAsync(message, CancellationToken.None);
    }

    /// <summary>How the agent ended a run.</summary>
    public async Task<RunOutcome> EndOfAsync(RunId run)
    {
        await ServiceKit.UntilAsync(() => Task.FromResult(Ends.Any(e => e.Run == run)), "the run's end");
        return Ends.First(e => e.Run == run).Outcome;
    }

    /// <summary>Why an attempt was over at the agent.</summary>
    public async Task<AttemptCause> OverOfAsync(RunId run, int attempt)
    {
        await ServiceKit.UntilAsync(() => Task.FromResult(Overs.Any(o => o.Run == run && o.Attempt == attempt)), $"the end of attempt {attempt}");
        return Overs.First(o => o.Run == run && o.Attempt == attempt).Cause;
    }

    public ValueTask OnConnectedAsync(AgentSession session, CancellationToken cancellationToken)
    {
        _sessions[session.Party.Value] = session;
        return ValueTask.CompletedTask;
    }

    public ValueTask OnMessageAsync(AgentSession session, ReceivedMessage message, CancellationToken cancellationToken)
    {
        if (message.Type == MessageType.RunEnded)
        {
            Ends.Enqueue(message.Decode<RunEnded>());
        }
        else if (message.Type == MessageType.AttemptOver)
        {
            Overs.Enqueue(message.Decode<AttemptOver>());
        }
        else if (message.Type == MessageType.SignedApproval)
        {
            Decisions.Enqueue(message.Decode<SignedApproval>());
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask OnDisconnectedAsync(AgentSession session)
    {
        _sessions.TryRemove(session.Party.Value, out _);
        return ValueTask.CompletedTask;
    }

    public bool MayConnect(PartyId a, PartyId b, TicketRequest request, out string reason)
    {
        reason = "";
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        await _host.DisposeAsync();
        _credentials.Dispose();
        _identity.Dispose();
    }
}
