using System.CommandLine;
using System.Text;
using System.Text.Json;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Cli.Display;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Transport.Local;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study show</c></summary>
internal static class StudyShowCommand
{
    public static Command Create()
    {
        Argument<string> study = StudyCommand.StudyArgument();
        Option<string> config = LocalService.ConfigOption();
        return new Verb("show", "Show the exact text of a study, who has decided on it, at the coordinator its newest run with the links that were missing, at an agent what the party's policy says of it and its newest run there, at the label party with forecast and losses.", "vfl study show 1a2b3c4d --config agent.json")
        {
            study, config,
        }.Run(async (context, stop) =>
        {
            string id = context.Get(study);
            using LocalService service = LocalService.Open(context.Get(config));
            byte[] text = await service.Client.GetBytesAsync($"studies/{Uri.EscapeDataString(id)}/document", stop);
            if (service.Coordinator is not null)
            {
                StudyView view = await service.Client.GetAsync<StudyView>($"studies/{Uri.EscapeDataString(id)}", stop);
                RunView? run = view.Runs.Count == 0 ? null : await service.Client.GetAsync<RunView>($"runs/{view.Runs[^1]}", stop);
                context.Result(new { document = JsonSerializer.Deserialize<JsonElement>(text), registry = view, run }, () =>
                [
                    Encoding.UTF8.GetString(text),
                    $"id {view.Id}",
                    .. PrivacyPreview.Forecast(StudyDocument.Parse(text).Study) is { } forecast ? (string[])["forecast: " + forecast] : [],
                    .. view.Parties.Select(p => $"  {p.Party,-16} {p.Decision}{(p.Operator is null ? "" : $" by {p.Operator}")}{(p.Connected ? "" : ", agent away")}"),
                    .. run is null ? [] : OfRun(run),
                ]);
            }
            else
            {
                AgentStudyView view = await service.Client.GetAsync<AgentStudyView>($"studies/{Uri.EscapeDataString(id)}", stop);
                AgentRunView? run = view.Runs.Count == 0 ? null : await NewestAsync(service, view.Runs[^1], stop);
                context.Result(
                    new { document = JsonSerializer.Deserialize<JsonElement>(text), here = view, run },
                    () => [Encoding.UTF8.GetString(text), .. AtAgent(view), .. run is null ? [] : OfRun(run)]);
            }
        });
    }

    /// <summary>The newest run: where each party is, what it waits for, which links are missing and which were.</summary>
    internal static IEnumerable<string> OfRun(RunView run)
    {
        yield return $"run {run.Run[..8]}, attempt {run.Attempt}{(run.Ended ? ", ended" : "")}";
        foreach (PartyView party in run.Parties)
        {
            yield return $"  {party.Party,-16} {(party.Outcome is { } outcome ? RunText.Of(outcome) : $"{RunText.Of(party.Station)} {party.Percent} %{(party.Pass is { } pass ? $", {pass}" : "")}")}";
        }

        if (RunText.OfInterruption(run) is { Length: > 0 } interruption)
        {
            yield return "  " + interruption;
        }

        foreach (string link in run.Links.Select(RunText.OfLink).Concat(run.Outages.Select(RunText.OfOutage)))
        {
            yield return "  " + link;
        }
    }

    private static async Task<AgentRunView?> NewestAsync(LocalService service, string run, CancellationToken stop)
    {
        try
        {
            return await service.Client.GetAsync<AgentRunView>($"runs/{run}", stop);
        }
        catch (LocalRequestException e) when (e.Refusal == LocalRefusal.NotFound)
        {
            // It ended before the agent was started.
            return null;
        }
    }

    /// <summary>The newest run as this party sees it; at the label party with forecast and losses.</summary>
    internal static IEnumerable<string> OfRun(AgentRunView run)
    {
        yield return $"run {run.Run[..8]}, attempt {run.Attempt}: {(run.Outcome is { } outcome ? RunText.Of(outcome) : $"{RunText.Of(run.Station)} {run.Percent} %{(run.Pass is { } pass ? $", {pass}" : "")}")}";
        if (run.Forecast is { } forecast)
        {
            yield return "  forecast: " + forecast.InWords();
        }

        foreach (string? curve in new[] { CurveText.Of(OwnCurves.Losses(run)), CurveText.Of(OwnCurves.Metric(run)) })
        {
            if (curve is not null)
            {
                yield return "  " + curve;
            }
        }
    }

    /// <summary>What an operator reads before deciding.</summary>
    internal static IEnumerable<string> AtAgent(AgentStudyView view)
    {
        yield return $"id        {view.Id}";
        yield return $"decision  {view.Decision}{(view.Operator is null ? "" : $" by {view.Operator}")}";
        yield return $"runs      {view.RunsUsed} of {view.MaxRuns}";
        yield return $"dataset   {view.Dataset}{(view.DatasetConfigured ? "" : " (not in this agent's configuration: add it under datasets)")}";
        if (view.Findings.Count > 0)
        {
            yield return "This party's policy says:";
        }

        foreach (FindingView finding in view.Findings)
        {
            yield return $"  {(finding.Refuses ? "REFUSED " : "note    ")} {finding.Text}";
        }
    }
}
