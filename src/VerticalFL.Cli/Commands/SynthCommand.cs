using System.CommandLine;
using VerticalFL.Simulation.Synthetic;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl synth</c></summary>
internal static class SynthCommand
{
    public static Command Create()
    {
        var standard = new SyntheticOptions();
        var output = new Option<string>("--out") { Description = "Where the files go.", HelpName = "dir", Required = true };
        var patients = new Option<int>("--patients")
        {
            Description = "Patients that at least one party knows.", HelpName = "n", DefaultValueFactory = _ => standard.Patients,
        };
        var features = new Option<int>("--features")
        {
            Description = "Features in each of the lab's three omics blocks.", HelpName = "n", DefaultValueFactory = _ => standard.Features,
        };
        var overlap = new Option<double>("--overlap")
        {
            Description = "The share of the patients that all three parties know.", HelpName = "share", DefaultValueFactory = _ => standard.Overlap,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Decides every value: the same seed gives the same files.", HelpName = "n", DefaultValueFactory = _ => standard.Seed,
        };
        var force = new Option<bool>("--force") { Description = "Write into an output directory that is not empty." };

        return new Verb(
            "synth",
            "Make up a multi-omics consortium to practise on: study.json and the CSV files of hospital, lab and pharmacy.",
            "vfl synth --out cohort --patients 2000 --overlap 0.7")
        {
            output, patients, features, overlap, seed, force,
        }.Run(async (context, stop) =>
        {
            var options = new SyntheticOptions
            {
                Patients = context.Get(patients), Features = context.Get(features), Overlap = context.Get(overlap), Seed = context.Get(seed),
            };
            if (options.Problem is string problem)
            {
                throw new VerbException(ExitCodes.Usage, $"--{problem}.");
            }

            OutputFolder folder = OutputFolder.Choose(context.Get(output), context.Get(force));
            SyntheticSummary made = await SyntheticCohort.WriteAsync(folder.FullPath, options, stop);
            context.Result(
                new { folder = folder.FullPath, made.Rows, made.Intersection, made.Train, made.Test, options.Seed },
                () => Lines(context.Get(output), made));
        });
    }

    private static IEnumerable<string> Lines(string folder, SyntheticSummary made)
    {
        foreach ((string party, int rows) in made.Rows)
        {
            yield return $"{Path.Combine(folder, party + ".csv"),-40} {rows} patients";
        }

        yield return $"{Path.Combine(folder, "study.json"),-40} predicts the hospital's label";
        yield return $"All three know {made.Intersection} of them: {made.Train} train, {made.Test} test. No patient is real.";
    }
}
