using System.CommandLine;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl simulate</c></summary>
internal static class SimulateCommand
{
    private const int MostSeeds = 100;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with study.json and one PARTY.csv for each party; PARTY.policy.json, if there is one, is that party's policy." };
        var output = new Option<string?>("--out") { Description = "Where report.json and report.html go. Default: <folder>-report in the current directory.", HelpName = "dir" };
        var seed = new Option<int?>("--seed") { Description = "Replaces the study's seed.", HelpName = "n" };
        var force = new Option<bool>("--force") { Description = "Write into an output directory that is not empty." };
        var seeds = new Option<int>("--seeds")
        {
            Description = "Run the study under that many seeds, one after the other, and tell mean and spread; each report goes into a folder seed-N of its own.",
            HelpName = "n",
            DefaultValueFactory = _ => 1,
        };
        seeds.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > MostSeeds)
            {
                r.AddError($"--seeds is 1 to {MostSeeds}.");
            }
        });
        var audit = new Option<bool>("--audit") { Description = "Put into the report what leaks: how well a feature party could infer outcomes (binary tasks), and the label party columns. A study with limits does it by itself." };
        var cheat = new Option<bool>("--cheat")
        {
            Description = "With the audit also play each feature party as a cheat, which speeds its own model up in training: one training more for each (binary tasks).",
        };
        var predict = new Option<string?>("--predict")
        {
            Description = "Afterwards predict new patients: a folder with one PARTY.csv for each party. predictions.csv goes into --out, readable by you alone.", HelpName = "folder",
        };
        return new Verb(
            "simulate",
            "Run a whole consortium on this machine on the data of a folder; coordinator and agents are processes of their own, started again when one is killed.",
            "vfl simulate cohort --out report")
        {
            folder, output, seed, seeds, audit, cheat, predict, force,
        }.Run(async (context, stop) =>
        {
            string path = context.Get(folder);
            StudyFolder study = StudyFolder.Load(path, context.Find(seed));
            var audits = new AuditChoice(context.Get(audit), context.Get(cheat));
            audits.Check(study.Study);
            OutputFolder target = OutputFolder.Choose(
                context.Find(output) ?? Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)) + "-report", context.Get(force));
            if (context.Get(seeds) > 1)
            {
                if (context.Find(predict) is not null)
                {
                    throw new VerbException(ExitCodes.Usage, "--predict needs one model: leave out --seeds.");
                }

                await SeedsRun.RunAsync(context, path, study.Study.Seed, context.Get(seeds), target, audits, stop);
            }
            else
            {
                await SimulationRun.RunAsync(context, study, target, audits, context.Find(predict), nextSteps: null, stop);
            }
        });
    }
}
