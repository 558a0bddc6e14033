using System.CommandLine;
using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study report</c></summary>
internal static class StudyReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "The run's id or its study's, or the first 8 or more characters." };
        Option<string> config = LocalService.ConfigOption();
        var output = new Option<string>("--out") { Description = "Where report.json and report.html go.", HelpName = "dir", Required = true };
        var force = new Option<bool>("--force") { Description = "Write into an output directory that is not empty." };
        return new Verb("report", "Fetch a finished run's report from the label party's agent.", "vfl study report 5e6f7a8b --config agent.json --out report")
        {
            run, config, output, force,
        }.Run(async (context, stop) =>
        {
            OutputFolder target = OutputFolder.Choose(context.Get(output), context.Get(force));
            using LocalService service = LocalService.OpenAgent(context.Get(config));
            string path = $"runs/{Uri.EscapeDataString(context.Get(run))}/report";
            byte[] json = await service.Client.GetBytesAsync(path + ".json", stop);
            byte[] html = await service.Client.GetBytesAsync(path + ".html", stop);
            Report report = ReportJson.Parse(json);
            target.Write(("report.json", json), ("report.html", html));
            context.Result(report, () => ReportText.Lines(report).Concat(["", $"Report: {Path.Combine(target.FullPath, "report.html")}"]));
        });
    }
}
