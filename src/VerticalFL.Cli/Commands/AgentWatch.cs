using VerticalFL.Agent.Runs;
using VerticalFL.Cli.Display;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Commands;

/// <summary>
/// <c>vfl study watch</c> at an agent: its own part of a run and, at the label party, the losses, which the coordinator is told only if the study
/// releases them.
/// </summary>
internal static class AgentWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task FollowAsync(VerbContext context, LocalService service, string run, CancellationToken stop)
    {
        string shown = "";
        while (true)
        {
            AgentRunView view;
            try
            {
                view = await service.Client.GetAsync<AgentRunView>($"runs/{Uri.EscapeDataString(run)}", stop);
            }
            catch (OperationCanceledException e) when (stop.IsCancellationRequested)
            {
                throw new VerbException(ExitCodes.Cancelled, "Stopped watching; the run goes on.", e);
            }

            string line = Line(view);
            if (line != shown)
            {
                context.Error.WriteLine(line);
                shown = line;
            }

            if (view.Outcome is { } outcome)
            {
                End(context, view, outcome);
                return;
            }

            try
            {
                await Task.Delay(Pause, stop);
            }
            catch (OperationCanceledException e)
            {
                throw new VerbException(ExitCodes.Cancelled, $"Stopped watching; run {view.Run[..8]} goes on.", e);
            }
        }
    }

    private static string Line(AgentRunView view)
    {
        string where = view.Outcome is { } outcome ? $"ended: {RunText.Of(outcome)}"
            : view.Over is not null ? $"attempt {view.Attempt} is over; the run waits for the next one"
            : $"attempt {view.Attempt}  {RunText.Of(view.Station),-11} {view.Percent,3} %{(view.Pass is { } pass ? $", {pass}" : "")}";
        where += view is { Forecast: { } forecast, Outcome: null } ? $"  forecast: {forecast.InWords()}" : "";
        where += view is { Measured: { } took, Outcome: null } ? "  " + RunText.OfMeasured(took) : "";
        where += view is { Model: { } model, Outcome: null } ? model == Study.Refit ? "  second training" : $"  model {model}" : "";
        where += view is { Fold: { } fold, Outcome: null } ? $"  fold {fold}" : "";
        return view.Losses.Count == 0 ? where
            : FormattableString.Invariant($"{where}  epoch {view.Losses[^1].Epoch}: training loss {view.Losses[^1].Train:0.0000}")
                + (CurveText.Of(OwnCurves.Losses(view)) is { } curve ? ", " + curve : "") + (CurveText.Of(OwnCurves.Metric(view)) is { } metric ? ", " + metric : "");
    }

    private static void End(VerbContext context, AgentRunView view, RunOutcome outcome)
    {
        if (outcome != RunOutcome.Finished)
        {
            throw new VerbException(RunExit.CodeOf(outcome), view.Error ?? $"The run ended without a model here: {RunText.Of(outcome)}.");
        }

        context.Result(view, () =>
        [
            $"Run {view.Run[..8]} has finished here."
            + (view.HasReport ? $" The report: vfl study report {view.Run[..8]} --config agent.json --out report" : ""),
        ]);
    }
}
