using System.CommandLine;
using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study pause</c> and <c>vfl study resume</c></summary>
internal static class StudyPauseCommand
{
    public static Command Create(bool pause)
    {
        var run = new Argument<string>("run") { Description = "The run's id or its study's, or the first 8 or more characters." };
        Option<string> config = LocalService.ConfigOption();
        string verb = pause ? "pause" : "resume";
        return new Verb(
            verb,
            pause
                ? "Hold a run at the coordinator: every party ends its attempt, and the next one waits until the run is resumed."
                : "Let a paused run go on: the next attempt begins as soon as every agent is connected.",
            $"vfl study {verb} 5e6f7a8b --config coordinator.json")
        {
            run, config,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.OpenCoordinator(context.Get(config));
            RunView view = await service.Client.PostAsync<RunView>($"runs/{Uri.EscapeDataString(context.Get(run))}/{verb}", default, stop);
            string id = view.Run[..8];
            context.Result(view, () =>
            [
                pause ? $"Run {id} is paused. Go on with `vfl study resume {id}`, or end it with `vfl study cancel {id}`."
                    : view.Waiting is { } waiting ? $"Run {id} goes on: {waiting}."
                    : $"Run {id} goes on with attempt {view.Attempt}.",
            ]);
        });
    }
}
