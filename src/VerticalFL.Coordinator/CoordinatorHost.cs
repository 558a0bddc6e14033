using System.Net;
using VerticalFL.Coordinator.Console;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Transport.Local;
using VerticalFL.Transport.Security;

namespace VerticalFL.Coordinator;

/// <summary>The coordinator as a hosted service: one port for agents, one control socket for its operator.</summary>
public static class CoordinatorHost
{
    /// <summary>Runs the coordinator until it is cancelled.</summary>
    /// <param name="options">Its configuration.</param>
    /// <param name="onReady">Called once with the bound port, when agents and the control socket are answered.</param>
    /// <param name="cancellationToken">Ends it in an orderly way.</param>
    /// <exception cref="CertificateException">A certificate cannot be used.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    /// <exception cref="InvalidDataException">The configuration is wrong.</exception>
    /// <exception cref="IOException">The port is in use, or the state directory cannot be used.</exception>
    public static async Task RunAsync(CoordinatorOptions options, Action<int> onReady, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onReady);
        if (!IPEndPoint.TryParse(options.Listen, out IPEndPoint? endpoint))
        {
            throw new InvalidDataException($"$.listen in the coordinator's configuration: '{options.Listen}' is not an address and a port, such as 0.0.0.0:7443.");
        }

        TimeProvider time = TimeProvider.System;
        using ServiceIdentity identity = ServiceIdentity.Load(options.Keys, time);
        if (identity.Party != PartyId.Coordinator)
        {
            throw new InvalidDataException($"The certificate in {options.Keys} is of '{identity.Party}': the coordinator needs one for 'coordinator'.");
        }

        WebApplicationBuilder builder = LocalHost.CreateBuilder(options.StateDirectory, options.LogLevel);
        using var credentials = new PartyCredentials(
            identity.Party, identity.Certificate, identity.Root.Certificate, null, identity.Root.RevokedSerialNumbers);
        var store = new StudyStore(options.StateDirectory);
        var studies = new StudyRegistry(store, new ApprovalVerifier(identity.Root), time);
        var runs = new RunRegistry(studies, store, time);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(services => new ControlDesk(studies, runs, time, services.GetRequiredService<ILogger<ControlDesk>>()));
        builder.Services.AddSingleton<IControlHandler>(services => services.GetRequiredService<ControlDesk>());
        builder.AddRelay(new RelayOptions { Endpoint = endpoint }, credentials);
        await using WebApplication app = builder.Build();
        app.UseLocalRefusals();
        Relay relay = app.Services.GetRequiredService<Relay>();
        ControlApi.Map(
            app,
            studies,
            runs,
            app.Services.GetRequiredService<ControlDesk>(),
            relay,
            time);
        await LocalHost.RunAsync(app, options.StateDirectory, app.StartRelayAsync, () => onReady(relay.Endpoint.Port), cancellationToken);
    }
}
