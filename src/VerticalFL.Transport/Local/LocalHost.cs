using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace VerticalFL.Transport.Local;

/// <summary>The generic host that both services share: a private state directory, the control socket in it, logs on standard error.</summary>
public static class LocalHost
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);

    /// <summary>A host builder whose web server listens on the control socket. It installs no signal handlers: its caller owns those.</summary>
    /// <param name="stateDirectory">Made if it is missing; 0700.</param>
    /// <param name="logLevel">What is logged from on.</param>
    /// <exception cref="IOException">The directory cannot be made, or another service runs on it.</exception>
    public static WebApplicationBuilder CreateBuilder(string stateDirectory, LogLevel logLevel = LogLevel.Information)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(stateDirectory);
        }
        else
        {
            const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(stateDirectory, ownerOnly);

            // One that was there before may be open to others.
            File.SetUnixFileMode(stateDirectory, ownerOnly);
        }

        string socket = LocalSocket.PathFor(stateDirectory);
        LocalSocket.RemoveStale(socket);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = stateDirectory, Args = [] });
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = StopWithin);
        builder.Logging.ClearProviders();
        builder.Logging.SetMinimumLevel(logLevel);
        builder.Logging.AddFilter("Microsoft", logLevel > LogLevel.Warning ? logLevel : LogLevel.Warning);
        builder.Logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            o.UseUtcTimestamp = true;
        });
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.ListenUnixSocket(socket);
        });
        return builder;
    }

    /// <summary>Starts the host, tells that it is ready, and runs until it is cancelled or ends by itself.</summary>
    /// <param name="app">The host.</param>
    /// <param name="stateDirectory">As given to <see cref="CreateBuilder"/>.</param>
    /// <param name="start">How the host starts.</param>
    /// <param name="onReady">Called once, when requests are answered.</param>
    /// <param name="cancellationToken">Ends it in an orderly way; not an error.</param>
    /// <exception cref="Exception">What a background service threw: a host alone would swallow it and exit with 0.</exception>
    public static async Task RunAsync(
        WebApplication app, string stateDirectory, Func<CancellationToken, Task> start, Action onReady, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(onReady);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration onHostStop = app.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        using CancellationTokenRegistration onCancel = cancellationToken.Register(() => stopping.TrySetResult());
        await start(cancellationToken);
        LocalSocket.Restrict(LocalSocket.PathFor(stateDirectory));
        onReady();
        await stopping.Task;
        await app.StopAsync(CancellationToken.None);
        foreach (BackgroundService service in app.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true } failed)
            {
                await failed;
            }
        }
    }

    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
