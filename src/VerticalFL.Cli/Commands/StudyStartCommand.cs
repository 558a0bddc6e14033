using System.CommandLine;
using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study start</c></summary>
internal static class StudyStartCommand
{
    public static Command Create()
    {
        Argument<string> study = StudyCommand.StudyArgument();
        Option<string> config = LocalService.ConfigOption();
        var watch = new Option<bool>("--watch") { Description = "Follow the run to its end." };
        return new Verb("start", "Start a run of a study that every party has approved.", "vfl study start 1a2b3c4d --config coordinator.json --watch")
        {
            study, config, watch,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.OpenCoordinator(context.Get(config));
            RunView run = await service.Client.PostAsync<RunView>($"studies/{Uri.EscapeDataString(context.Get(study))}/start", default, stop);
            if (context.Get(watch))
            {
                await StudyWatchCommand.FollowAsync(context, service, run.Run, stop);
                return;
            }

            context.Result(run, () => [$"Run {run.Run} has started. Follow it: vfl study watch {run.Run[..8]} --config {context.Get(config)}"]);
        });
    }
}
