using System.Text;
using VerticalFL.Agent.Audits;
using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Studies;
using VerticalFL.Cli.Display;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Commands;

/// <summary>Runs a simulated consortium with its progress on the screen and its report in the output folder.</summary>
internal static class SimulationRun
{
    private const string PredictionsName = "predictions.csv";

    public static async Task RunAsync(VerbContext context, StudyFolder study, OutputFolder output, AuditChoice audit, string? newPatients, Func<IEnumerable<string>>? nextSteps, CancellationToken stop)
    {
        Report report = await RunAsync(context, study, output, audit, newPatients, stop);
        context.Result(report, () => ReportText.Lines(report).Concat(
        [
            "",
            $"Report: {Path.Combine(output.FullPath, "report.html")}",
            $"        {Path.Combine(output.FullPath, "report.json")}",
            .. newPatients is null ? Array.Empty<string>() : [$"Predictions: {Path.Combine(output.FullPath, PredictionsName)}"],
            .. nextSteps?.Invoke() ?? [],
        ]));
    }

    /// <summary>Runs and writes the report; prints nothing but progress.</summary>
    public static async Task<Report> RunAsync(VerbContext context, StudyFolder study, OutputFolder output, AuditChoice audit, string? newPatients, CancellationToken stop)
    {
        if (PrivacyPreview.Forecast(study.Study) is { } forecast)
        {
            await context.Error.WriteLineAsync("Forecast: " + forecast);
        }

        IRunDisplay display = RunDisplay.Create(context);
        var options = new SimulationOptions
        {
            Vfl = VflCommand.For(Path.Combine(AppContext.BaseDirectory, "vfl.dll")), Note = display.Note, Audit = audit.Asked, NewPatients = newPatients,
        };
        Report report;
        byte[]? predictions = null;
        await using (display)
        {
            await using Consortium consortium = await Consortium.SimulateAsync(study, display, options, stop);
            report = await consortium.Completion;
            Write(output, report, consortium.ReportHtml);
            predictions = newPatients is null ? null : await consortium.PredictAsync(cancellationToken: stop);
        }

        if (predictions is not null)
        {
            AtomicFile.Write(Path.Combine(output.FullPath, PredictionsName), predictions);
        }

        if (audit.Cheats)
        {
            report = await CheatAsync(context, study, report, options, stop);
            Write(output, report, ReportHtml.Render(report));
        }

        if (report.Privacy.Verdict is { Passed: false } verdict)
        {
            context.ExitCode = ExitCodes.LimitBroken;
            await context.Error.WriteLineAsync(
                $"vfl: The run finished, but it leaks more than the study's limits allow ({string.Join(", ", verdict.Limits.Where(l => l.Kept == false).Select(l => l.Limit))}): see the verdict in the report.");
        }

        return report;
    }

    /// <summary>Runs the study once more for each feature party, with that one cheating, and puts what it gains into the report.</summary>
    private static async Task<Report> CheatAsync(VerbContext context, StudyFolder study, Report report, SimulationOptions options, CancellationToken stop)
    {
        var cheated = new Dictionary<PartyId, Report>();
        foreach (PartyId party in study.Study.FeatureParties)
        {
            await context.Error.WriteLineAsync($"Once more, with {party} cheating in training: {cheated.Count + 1} of {study.Study.FeatureParties.Count}");
            await using IRunDisplay display = RunDisplay.Create(context);
            await using Consortium consortium = await Consortium.SimulateAsync(study, display, options with { Cheat = party, Note = display.Note, NewPatients = null }, stop);
            cheated.Add(party, await consortium.Completion);
        }

        return SimulatedAudit.AddCheats(report, study.Document, cheated);
    }

    private static void Write(OutputFolder output, Report report, string html) =>
        output.Write(("report.json", ReportJson.ToBytes(report)), ("report.html", Encoding.UTF8.GetBytes(html)));
}
