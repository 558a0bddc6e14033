using System.CommandLine;
using System.Text.Json;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study cancel</c></summary>
internal static class StudyCancelCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run's id, or its first 8 or more characters." };
        Option<string> config = LocalService.ConfigOption();
        return new Verb("cancel", "End a run, at the coordinator for everybody, at an agent because this party withdraws.", "vfl study cancel 5e6f7a8b --config coordinator.json")
        {
            run, config,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.Open(context.Get(config));
            JsonElement view = await service.Client.PostAsync<JsonElement>($"runs/{Uri.EscapeDataString(context.Get(run))}/cancel", default, stop);
            context.Result(view, () => [$"Run {view.GetProperty("run").GetString()![..8]} is being cancelled."]);
        });
    }
}
