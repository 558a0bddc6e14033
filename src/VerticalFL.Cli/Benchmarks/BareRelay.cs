using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;
using VerticalFL.Transport.Security;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>The coordinator's relay without its registry: whoever has a certificate may talk to whom it likes.</summary>
internal static class BareRelay
{
    /// <summary>Runs until cancelled.</summary>
    /// <param name="keys">The directory of the coordinator's keys.</param>
    /// <param name="ready">Is told the port.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string keys, Action<int> ready, CancellationToken cancellationToken)
    {
        using PartyCredentials credentials = ThrowawayKeys.Load(PartyId.Coordinator, keys);
        WebApplicationBuilder builder = RelayHosting.CreateBuilder();
        builder.Services.AddSingleton<IControlHandler, Anybody>();
        builder.AddRelay(new RelayOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, credentials);
        await using WebApplication host = builder.Build();
        Relay relay = await host.StartRelayAsync(cancellationToken);
        ready(relay.Endpoint.Port);
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync(CancellationToken.None);
    }

    private sealed class Anybody : IControlHandler
    {
        public ValueTask OnConnectedAsync(AgentSession session, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask OnMessageAsync(AgentSession session, ReceivedMessage message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask OnDisconnectedAsync(AgentSession session) => ValueTask.CompletedTask;

        public bool MayConnect(PartyId a, PartyId b, TicketRequest request, out string reason)
        {
            reason = "";
            return true;
        }
    }
}
