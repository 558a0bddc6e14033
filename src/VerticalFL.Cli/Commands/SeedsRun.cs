using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Commands;

/// <summary>Runs a simulated consortium under several seeds, one after the other.</summary>
internal static class SeedsRun
{
    /// <param name="context">Where to print.</param>
    /// <param name="folder">The study's folder.</param>
    /// <param name="first">The first seed; the others follow it.</param>
    /// <param name="count">How many.</param>
    /// <param name="output">Where the reports go: <c>seed-N</c> for each, and <c>seeds.json</c>.</param>
    /// <param name="audit">What is audited in each run.</param>
    /// <param name="stop">Ends it; the reports of finished runs stay.</param>
    public static async Task RunAsync(VerbContext context, string folder, int first, int count, OutputFolder output, AuditChoice audit, CancellationToken stop)
    {
        var reports = new List<Report>();
        for (int i = 0; i < count; i++)
        {
            int seed = checked(first + i);
            await context.Error.WriteLineAsync($"Seed {seed}, {reports.Count + 1} of {count}");
            reports.Add(await SimulationRun.RunAsync(context, StudyFolder.Load(folder, seed), output.In($"seed-{seed}"), audit, newPatients: null, stop));
        }

        SeedsReport all = SeedsReport.Of(reports);
        output.Write(("seeds.json", System.Text.Encoding.UTF8.GetBytes(JsonText.Of(all) + "\n")));
        context.Result(all, () => SeedsText.Lines(all, reports[0].Task, reports[0].LabelParty).Concat(
        [
            "",
            $"Reports: {Path.Combine(output.FullPath, "seed-*", "report.html")}",
            $"         {Path.Combine(output.FullPath, "seeds.json")}",
        ]));
    }
}
