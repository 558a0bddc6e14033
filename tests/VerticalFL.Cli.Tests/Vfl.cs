using System.Text.Json;

namespace VerticalFL.Cli.Tests;

/// <summary>Runs a command line in this process.</summary>
internal sealed record Vfl(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as JSON; fails when it is anything else.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static async Task<Vfl> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await VflProgram.RunAsync(args, output, error, Xunit.TestContext.Current.CancellationToken);
        return new Vfl(code, output.ToString(), error.ToString());
    }
}
