using System.CommandLine;
using VerticalFL.Simulation;
using VerticalFL.Simulation.Synthetic;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl demo</c></summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out")
        {
            Description = "Where the synthetic data and the report go.", HelpName = "dir", DefaultValueFactory = _ => "verticalfl-demo",
        };
        var force = new Option<bool>("--force") { Description = "Write into an output directory that is not empty." };
        return new Verb(
            "demo",
            "See it work: a made-up hospital, lab and pharmacy train one model, from keys to report, on this machine.",
            "vfl demo")
        {
            output, force,
        }.Run(async (context, stop) =>
        {
            OutputFolder target = OutputFolder.Choose(context.Get(output), context.Get(force));
            string data = Path.Combine(target.FullPath, "data");
            bool existed = Directory.Exists(target.FullPath);
            try
            {
                await SyntheticCohort.WriteAsync(data, new SyntheticOptions(), stop);
                context.Error.WriteLine($"Made a synthetic consortium in {data}: hospital.csv, lab.csv, pharmacy.csv, study.json.");
                await SimulationRun.RunAsync(context, StudyFolder.Load(data), target, AuditChoice.None, newPatients: null, () => NextSteps(context.Get(output)), stop);
            }
            catch when (!existed)
            {
                Directory.Delete(target.FullPath, recursive: true);
                throw;
            }
        });
    }

    private static IEnumerable<string> NextSteps(string output) =>
    [
        "",
        "What to try next:",
        $"  open {output}/report.html in a browser: what joining the data gains, and who could read what",
        $"  change {output}/data/study.json and run: vfl simulate {output}/data --out another-report",
        "  put your own study.json and one CSV file for each party into a folder, and simulate that",
    ];
}
