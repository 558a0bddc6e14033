using System.CommandLine;
using System.Diagnostics;
using VerticalFL.Cli.Display;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Local;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study watch</c>: the coordinator's console, which outlives a restart of the coordinator, as the run does; or an agent's.</summary>
internal static class StudyWatchCommand
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AwayAtMost = TimeSpan.FromMinutes(15);

    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run's id, or the first 8 or more characters; at the coordinator also its study's." };
        Option<string> config = LocalService.ConfigOption();
        return new Verb("watch", "Follow a run. At the coordinator: parties, links, stations, progress and what else the study releases. At an agent its own part; at the label party's the losses, epoch by epoch.", "vfl study watch 5e6f7a8b --config coordinator.json")
        {
            run, config,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.Open(context.Get(config));
            await (service.Agent is null ? FollowAsync(context, service, context.Get(run), stop) : AgentWatch.FollowAsync(context, service, context.Get(run), stop));
        });
    }

    internal static async Task FollowAsync(VerbContext context, LocalService service, string run, CancellationToken stop)
    {
        RunView? last = null;
        try
        {
            await using IRunDisplay display = RunDisplay.Create(context);
            for (long? away = null; last is not { Ended: true } && !(away is { } since && Stopwatch.GetElapsedTime(since) > AwayAtMost);)
            {
                try
                {
                    await foreach (RunView view in service.Client.FollowAsync<RunView>($"runs/{Uri.EscapeDataString(run)}/watch", stop))
                    {
                        if (away is not null)
                        {
                            display.Note("The coordinator is back.");
                            away = null;
                        }

                        display.Report(view);
                        last = view;
                    }
                }
                catch (Exception e) when (last is not null && e is IOException or HttpRequestException or LocalRequestException { Refusal: LocalRefusal.NotRunning })
                {
                    // Stopped or killed; said once, and tried again below.
                }

                if (last is { Ended: false })
                {
                    if (away is null)
                    {
                        display.Note("The coordinator went away. The agents go on as far as they can; watching goes on when it is back.");
                        away = Stopwatch.GetTimestamp();
                    }

                    await Task.Delay(AgainAfter, stop);
                }
            }
        }
        catch (OperationCanceledException e) when (stop.IsCancellationRequested && last is { Ended: false })
        {
            throw new VerbException(
                ExitCodes.Cancelled, $"Stopped watching; run {last.Run[..8]} goes on. Watch it again with `vfl study watch {last.Run[..8]}`, end it with `vfl study cancel {last.Run[..8]}`.", e);
        }
        if (last is not { Ended: true })
        {
            throw new VerbException(ExitCodes.ConnectionLost, "The coordinator went away before the run had ended, and did not come back within 15 minutes.");
        }

        if (last.FailedFirst is { } failed)
        {
            RunOutcome outcome = last.Parties.First(p => p.Party == failed).Outcome ?? RunOutcome.Failed;
            if (outcome == RunOutcome.Cancelled)
            {
                throw new VerbException(ExitCodes.Cancelled, $"Run {last.Run[..8]} was cancelled, first at '{failed}'.");
            }

            throw new VerbException(
                RunExit.CodeOf(outcome), $"The run ended without a model at '{failed}': {RunText.Of(outcome)}. The reason in words is in that party's own log.");
        }

        if (last.Prediction)
        {
            context.Result(last, () => [$"Prediction {last.Run[..8]} has finished. The label party has the predictions."]);
            return;
        }

        context.Result(last, () => [$"Run {last.Run[..8]} has finished. The label party has the report: vfl study report {last.Run[..8]} --config agent.json --out report"]);
    }
}
