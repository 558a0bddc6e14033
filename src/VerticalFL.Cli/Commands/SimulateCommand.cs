using System.CommandLine;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl simulate</c></summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with study.json and one <party-id>.csv for each party." };
        var output = new Option<string?>("--out") { Description = "Where report.json and report.html go. Default: <folder>-report in the current directory.", HelpName = "dir" };
        var seed = new Option<int?>("--seed") { Description = "Replaces the study's seed.", HelpName = "n" };
        var force = new Option<bool>("--force") { Description = "Write into an output directory that is not empty." };
        return new Verb(
            "simulate",
            "Run a whole consortium on this machine: a coordinator and one agent for each party, each a process of its own, over loopback TCP and TLS.",
            "vfl simulate samples/studies/mortality --out report")
        {
            folder, output, seed, force,
        }.Run(async (context, stop) =>
        {
            string path = context.Get(folder);
            StudyFolder study = StudyFolder.Load(path, context.Find(seed));
            OutputFolder target = OutputFolder.Choose(
                context.Find(output) ?? Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)) + "-report", context.Get(force));
            await SimulationRun.RunAsync(context, study, target, nextSteps: null, stop);
        });
    }
}
