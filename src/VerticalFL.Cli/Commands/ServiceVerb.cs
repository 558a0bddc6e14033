using System.CommandLine;
using VerticalFL.Simulation.Services;

namespace VerticalFL.Cli.Commands;

/// <summary>What <c>vfl coordinator</c> and <c>vfl agent</c> share: the configuration, the ready line, and how they end.</summary>
internal static class ServiceVerb
{
    public static Option<string> ConfigOption() => new("--config") { Description = "The configuration file, JSON.", HelpName = "file", Required = true };

    /// <summary>For services that another vfl starts: the ready line is JSON, and the end of standard input ends the service.</summary>
    public static Option<bool> OwnedOption() => new("--owned") { Hidden = true };

    public static async Task RunAsync(VerbContext context, bool owned, Func<Action<int>, CancellationToken, Task> host, CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        if (owned)
        {
            // A terminal sends Ctrl-C to the whole process group; the owner decides what it means and closes our standard input.
            _ = EndWithInputAsync(end);
        }

        CancellationToken token = owned ? end.Token : stop;
        try
        {
            await host(port => context.Output.WriteLine(owned || context.Json ? new ServiceReady(true, port).ToLine() : Ready(port)), token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Stopped while it was starting: an orderly end all the same.
        }
    }

    private static string Ready(int port) => port == 0
        ? "Ready. Ctrl-C stops it."
        : $"Ready on port {port}. Ctrl-C stops it.";

    private static async Task EndWithInputAsync(CancellationTokenSource end)
    {
        await using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[256];
        while (await input.ReadAsync(buffer, CancellationToken.None) > 0)
        {
        }

        await end.CancelAsync();
    }
}
