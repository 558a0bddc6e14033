using System.CommandLine;
using System.Globalization;
using VerticalFL.Cli.Benchmarks;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl bench psi</c></summary>
internal static class BenchPsiCommand
{
    public static Command Create()
    {
        var standard = new AlignmentBenchmarkOptions();
        var parties = new Option<int>("--parties")
        {
            Description = "Parties.", HelpName = "n", DefaultValueFactory = _ => standard.Parties,
        };
        var size = new Option<int>("--size")
        {
            Description = "Identifiers of each party; half of them are common.", HelpName = "n", DefaultValueFactory = _ => standard.Size,
        };
        var protocol = new Option<string>("--protocol")
        {
            Description = "The alignment's protocol.", HelpName = "name", DefaultValueFactory = _ => standard.Protocol,
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Processors that the parties share; 0 for all.", HelpName = "n", DefaultValueFactory = _ => 0,
        };
        var tls = new Option<bool>("--tls") { Description = "Mutual TLS between the parties, as between agents." };
        var processes = new Option<bool>("--processes") { Description = "Each party in a process of its own, with its memory and processor time told apart." };
        var repeat = new Option<int>("--repeat")
        {
            Description = "Alignments after the first one; medians are theirs.", HelpName = "n", DefaultValueFactory = _ => standard.Repeat,
        };
        var stages = new Option<bool>("--stages") { Description = "Where the last alignment's time went, waiting included: a line for each party and stage." };
        return new Verb(
            "psi",
            "Time whole alignments over loopback, from identifiers in memory to row numbers.",
            "vfl bench psi --parties 2 --size 1048576 --protocol vole --threads 1")
        {
            parties, size, protocol, threads, tls, processes, repeat, stages,
        }.Run(async (context, stop) =>
        {
            var options = new AlignmentBenchmarkOptions
            {
                Parties = context.Get(parties),
                Size = context.Get(size),
                Protocol = context.Get(protocol),
                Tls = context.Get(tls),
                Processes = context.Get(processes),
                Repeat = context.Get(repeat),
                Stages = context.Get(stages),
            };
            using IDisposable limit = ProcessorLimit.Apply(context.Get(threads));
            AlignmentMeasurement found;
            try
            {
                found = await AlignmentBenchmark.RunAsync(options, stop);
            }
            catch (ArgumentException e)
            {
                throw new VerbException(ExitCodes.Usage, e.Message, e);
            }

            context.Result(found, () => [.. Lines(found), JsonText.Of(found)]);
        });
    }

    private static IEnumerable<string> Lines(AlignmentMeasurement found)
    {
        yield return Line("first", found.First);
        foreach (AlignmentTime run in found.Runs)
        {
            yield return Line("warm", run);
        }

        foreach (AlignmentProcess process in found.Processes ?? [])
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{process.Party,-12} {process.PeakRssMiB,5} MiB at most, {process.CpuSeconds:0.000} s of a processor in the last alignment");
        }

        foreach (AlignmentStage stage in found.Stages ?? [])
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{stage.Party,-12} {stage.Stage,-14} {stage.Seconds,9:0.000} s");
        }
    }

    private static string Line(string name, AlignmentTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-6} {time.Seconds,9:0.000} s   {time.CpuSeconds,9:0.000} s of all parties' processors");
}
