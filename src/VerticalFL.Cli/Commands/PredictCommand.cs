using System.CommandLine;
using VerticalFL.Agent.Predictions;
using VerticalFL.Cli.Display;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Local;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl predict</c></summary>
internal static class PredictCommand
{
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var model = new Argument<string>("model")
        {
            Description = "model.sha256 of the report, or the id of the finished run or its study; the first 8 or more characters are enough.",
        };
        var dataset = new Option<string>("--dataset")
        {
            Description = "The dataset with the new patients. Every party's configuration names one so, and its policy's predictions.datasets allows it.", HelpName = "name", Required = true,
        };
        Option<string> config = LocalService.ConfigOption();
        var output = new Option<string>("--out") { Description = "The CSV file for the predictions; only you may read it (0600).", HelpName = "file", Required = true };
        var purpose = new Option<string?>("--purpose") { Description = "What for; every party's policy is asked. Default: the study's purpose.", HelpName = "text" };
        var minimum = new Option<int?>("--minimum") { Description = "The fewest common patients with which to go on. Default: what this party's own policy asks for.", HelpName = "n" };
        var force = new Option<bool>("--force") { Description = "Replace an output file that exists." };
        return new Verb(
            "predict",
            "At the label party: predict new patients with a trained model, together with the other parties, each of whose policies is asked again.",
            "vfl predict 5e6f7a8b --dataset patients-2027 --config hospital/agent.json --out predictions.csv")
        {
            model, dataset, config, output, purpose, minimum, force,
        }.Run(async (context, stop) =>
        {
            OutputFile target = OutputFile.Choose(context.Get(output), context.Get(force));
            using LocalService service = LocalService.OpenAgent(context.Get(config));
            string name = context.Get(dataset);
            if (!service.Agent!.Datasets.ContainsKey(name))
            {
                throw new VerbException(ExitCodes.DataNotFound, $"{context.Get(config)} names no dataset '{name}': add it under datasets, and restart the agent.");
            }

            var client = new PredictionClient(service.Client, TimeProvider.System);
            PredictionView asked = await client.AskAsync(new PredictionAsk(context.Get(model), name, context.Find(purpose), context.Find(minimum)), stop);
            PredictionView end = await FollowAsync(context, client, asked.Prediction, stop);
            if (PredictionClient.Problem(end) is { } problem)
            {
                // A cancel that comes from elsewhere is another party's failure or a person's doing there; the sentence says whose.
                throw new VerbException(end.Outcome == RunOutcome.Cancelled ? ExitCodes.RunFailed : RunExit.CodeOf(end.Outcome!.Value), problem);
            }

            byte[] table = await client.TableAsync(asked.Prediction, stop);
            target.Write(table);
            int patients = table.AsSpan().Count((byte)'\n') - 1;
            context.Result(
                new { end.Prediction, end.Study, end.Model, end.Dataset, patients, file = target.FullPath },
                () => [$"{patients} patients that all parties have are predicted by model {end.Model[..8]}: {target.FullPath}"]);
        });
    }

    private static async Task<PredictionView> FollowAsync(VerbContext context, PredictionClient client, string prediction, CancellationToken stop)
    {
        try
        {
            return await client.FollowAsync(prediction, new StationLines(context.Error, prediction[..8]), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            using var within = new CancellationTokenSource(CancelWithin);
            try
            {
                await client.CancelAsync(prediction, within.Token);
            }
            catch (Exception e) when (e is LocalRequestException or OperationCanceledException)
            {
                // It had not begun, or is over; either way nobody waits for it.
            }

            throw;
        }
    }

    private sealed class StationLines(TextWriter error, string prediction) : IProgress<PredictionView>
    {
        private (int, Station) _last = (-1, Station.Ended);

        public void Report(PredictionView value)
        {
            if (_last != (value.Attempt, value.Station))
            {
                _last = (value.Attempt, value.Station);
                error.WriteLine(value.Attempt == 0
                    ? $"prediction {prediction}: waiting for the coordinator"
                    : $"prediction {prediction}{(value.Attempt > 1 ? $", attempt {value.Attempt}" : "")}: {RunText.Of(value.Station)}");
            }
        }
    }
}
