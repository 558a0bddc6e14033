using System.Text.Json;
using VerticalFL.Cli;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>One verb, run in this process.</summary>
internal sealed record VflRun(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static async Task<VflRun> OfAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await VflProgram.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return new VflRun(code, output.ToString(), error.ToString());
    }

    /// <summary>The verb must succeed.</summary>
    public static async Task<VflRun> GoodAsync(params string[] arguments)
    {
        VflRun run = await OfAsync(arguments);
        Assert.True(run.ExitCode == 0, $"vfl {string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Output}{run.Error}");
        return run;
    }

    /// <summary>The verb must be refused in one sentence.</summary>
    public static async Task<string> RefusedAsync(int exitCode, params string[] arguments)
    {
        VflRun run = await OfAsync(arguments);
        Assert.True(run.ExitCode == exitCode, $"vfl {string.Join(' ', arguments)} ended with {run.ExitCode} instead of {exitCode}: {run.Output}{run.Error}");
        return run.Error;
    }
}
