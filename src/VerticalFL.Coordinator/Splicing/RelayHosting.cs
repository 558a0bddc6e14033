using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using VerticalFL.Transport.Security;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>Puts the relay into a web host: <c>RelayHosting.CreateBuilder().AddRelay(options, credentials)</c>, a registered <see cref="IControlHandler"/>, and start.</summary>
public static class RelayHosting
{
    private const long PipeSize = 256 * 1024;

    /// <summary>A host with nothing in it but Kestrel: no configuration files, no environment variables, no log output, no banner.</summary>
    public static WebApplicationBuilder CreateBuilder()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets =>
        {
            // A splice's bound in each direction; a stranger cannot make more be kept either.
            sockets.MaxReadBufferSize = PipeSize;
            sockets.MaxWriteBufferSize = PipeSize;
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool.Factory>();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<ConsoleLifetimeOptions>(o => o.SuppressStatusMessages = true);
        builder.Services.TryAddSingleton(TimeProvider.System);
        return builder;
    }

    /// <summary>Adds the relay; the host must also have an <see cref="IControlHandler"/>.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="options">Settings.</param>
    /// <param name="credentials">The coordinator's certificate and the consortium's root.</param>
    public static WebApplicationBuilder AddRelay(this WebApplicationBuilder builder, RelayOptions options, PartyCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.Services.AddSingleton<RelayConnectionHandler>();
        builder.Services.AddSingleton(services => new Relay(
            options,
            credentials,
            services.GetRequiredService<IControlHandler>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<Relay>>(),
            services.GetRequiredService<IServer>(),
            services.GetRequiredService<IHostApplicationLifetime>()));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Resolved with the first connection: the relay needs the server, so the server's options cannot need the relay.
            kestrel.Listen(options.Endpoint, listen => listen.Run(
                connection => kestrel.ApplicationServices.GetRequiredService<RelayConnectionHandler>().OnConnectedAsync(connection)));
        });
        return builder;
    }

    /// <summary>Starts the host.</summary>
    /// <returns>The relay, listening.</returns>
    /// <exception cref="IOException">The port cannot be had; the text says why and what to do.</exception>
    public static async Task<Relay> StartRelayAsync(this WebApplication application, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(application);
        Relay relay = application.Services.GetRequiredService<Relay>();
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException(
                $"Port {relay.Options.Endpoint.Port} on {relay.Options.Endpoint.Address} is in use by another process: stop that one or choose another port for the coordinator.", e);
        }
        catch (SocketException e)
        {
            throw new IOException($"The coordinator cannot listen on {relay.Options.Endpoint}: {e.Message}", e);
        }

        return relay;
    }
}
