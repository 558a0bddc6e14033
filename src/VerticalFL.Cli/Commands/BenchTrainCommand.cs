using System.CommandLine;
using System.Globalization;
using VerticalFL.Cli.Benchmarks;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl bench train</c></summary>
internal static class BenchTrainCommand
{
    public static Command Create()
    {
        var standard = new TrainingBenchmarkOptions();
        Option<int> parties = Number("--parties", "Parties, all in this process; one is the label party.", standard.Parties);
        Option<int> features = Number("--features", "Columns of each party's table.", standard.Features);
        Option<int> hidden = Number("--hidden", "Width of each bottom model's hidden layer.", standard.Hidden);
        Option<int> cut = Number("--cut", "Width of the cut layer.", standard.Cut);
        Option<int> batch = Number("--batch", "Rows a step.", standard.Batch);
        Option<int> steps = Number("--steps", "Steps that each training times.", standard.Steps);
        Option<int> threads = Number("--threads", "Processors that the parties share; 0 for all.", 0);
        Option<int> repeat = Number("--repeat", "Trainings after the first one; medians are theirs.", standard.Repeat);
        return new Verb(
            "train",
            "Time whole training steps of a federation over loopback TLS, and what masks cost of them.",
            "vfl bench train --parties 3 --features 1000 --hidden 256 --cut 64 --batch 256 --steps 200")
        {
            parties, features, hidden, cut, batch, steps, threads, repeat,
        }.Run(async (context, stop) =>
        {
            var options = new TrainingBenchmarkOptions
            {
                Parties = context.Get(parties),
                Features = context.Get(features),
                Hidden = context.Get(hidden),
                Cut = context.Get(cut),
                Batch = context.Get(batch),
                Steps = context.Get(steps),
                Repeat = context.Get(repeat),
            };
            if (options.Problem is string problem)
            {
                throw new VerbException(ExitCodes.Usage, $"--{problem}.");
            }

            using IDisposable limit = ProcessorLimit.Apply(context.Get(threads));
            TrainingMeasurement found = await TrainingBenchmark.RunAsync(options, stop);
            context.Result(found, () => [.. Lines(found), JsonText.Of(found)]);
        });
    }

    private static Option<int> Number(string name, string description, int standard) =>
        new(name) { Description = description, HelpName = "n", DefaultValueFactory = _ => standard };

    private static IEnumerable<string> Lines(TrainingMeasurement found)
    {
        yield return Line("first", found.First);
        foreach (TrainingTime run in found.Runs)
        {
            yield return Line("warm", run);
        }
    }

    private static string Line(string name, TrainingTime time) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-6} {time.StepMilliseconds,9:0.000} ms a step   {time.CpuMilliseconds,9:0.000} ms of all parties' processors");
}
