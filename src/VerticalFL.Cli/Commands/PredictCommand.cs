using System.CommandLine;
using System.Globalization;
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
        var model = new Argument<string?>("model")
        {
            Description = "model.sha256 of the report, or the id of the finished run or its study; the first 8 or more characters are enough.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dataset = new Option<string?>("--dataset")
        {
            Description = "The dataset with the new patients. Every party's configuration names one so, and its policy's predictions.datasets allows it.", HelpName = "name",
        };
        Option<string> config = LocalService.ConfigOption();
        var output = new Option<string>("--out") { Description = "The CSV file for the predictions; only you may read it (0600).", HelpName = "file", Required = true };
        var purpose = new Option<string?>("--purpose") { Description = "What for; every party's policy is asked. Default: the study's purpose.", HelpName = "text" };
        var minimum = new Option<int?>("--minimum") { Description = "The fewest common patients with which to go on. Default: what this party's own policy asks for.", HelpName = "n" };
        var without = new Option<string[]>("--without")
        {
            Description = "Feature parties that are away. Only those that the study lets be absent (evaluation.contributions); how good the model is without them is told first.",
            HelpName = "party", AllowMultipleArgumentsPerToken = true,
        };
        var fetch = new Option<string?>("--fetch") { Description = "Instead: write the table of a prediction that has finished, by its id or the first 8 or more characters.", HelpName = "prediction" };
        var force = new Option<bool>("--force") { Description = "Replace an output file that exists." };
        return new Verb(
            "predict",
            "At the label party: predict new patients with a trained model, together with the other parties, each of whose policies is asked again.",
            "vfl predict 5e6f7a8b --dataset patients-2027 --config hospital/agent.json --out predictions.csv")
        {
            model, dataset, config, output, purpose, minimum, without, fetch, force,
        }.Run(async (context, stop) =>
        {
            OutputFile target = OutputFile.Choose(context.Get(output), context.Get(force));
            using LocalService service = LocalService.OpenAgent(context.Get(config));
            var client = new PredictionClient(service.Client, TimeProvider.System);
            if (context.Find(fetch) is { } finished)
            {
                if ((context.Find(model) ?? context.Find(dataset)) is not null)
                {
                    throw new VerbException(ExitCodes.Usage, "--fetch writes what has been predicted already: leave out the model and --dataset.");
                }

                await WriteAsync(context, client, await client.ViewAsync(finished, stop), null, target, stop);
                return;
            }

            if (context.Find(model) is not { } name || context.Find(dataset) is not { } patients)
            {
                throw new VerbException(ExitCodes.Usage, "Name the model and give --dataset, or --fetch a prediction that has finished.");
            }

            if (!service.Agent!.Datasets.ContainsKey(patients))
            {
                throw new VerbException(ExitCodes.DataNotFound, $"{context.Get(config)} names no dataset '{patients}': add it under datasets, and restart the agent.");
            }

            var ask = new PredictionAsk(name, patients, context.Find(purpose), context.Find(minimum), context.Find(without));
            PredictionForecast forecast = await client.ForecastAsync(ask, stop);
            Tell(context.Error, forecast);
            PredictionView asked = await client.AskAsync(ask, stop);
            PredictionView end = await FollowAsync(context, client, asked.Prediction, stop);
            await WriteAsync(context, client, end, forecast, target, stop);
        });
    }

    /// <summary>What the model is worth with the parties that take part, before anything begins.</summary>
    private static void Tell(TextWriter error, PredictionForecast forecast)
    {
        if (forecast.Accuracy is { } a)
        {
            string value = a.Value is { } v ? string.Create(CultureInfo.InvariantCulture, $"{v:0.000}") : "not known";
            string interval = a.Interval is { } i ? string.Create(CultureInfo.InvariantCulture, $" (95 % interval {i.Low:0.000} to {i.High:0.000})") : "";
            string all = forecast.Without.Count > 0 && a.WithAll is { } w ? string.Create(CultureInfo.InvariantCulture, $"; with all parties {w:0.000}") : "";
            error.WriteLine($"{string.Join(", ", forecast.Parties)}{(forecast.Without.Count > 0 ? $", without {string.Join(", ", forecast.Without)}" : "")}: {a.Metric} on test patients {value}{interval}{all}");
        }
    }

    private static async Task WriteAsync(
        VerbContext context, PredictionClient client, PredictionView end, PredictionForecast? forecast, OutputFile target, CancellationToken stop)
    {
        if (end.Outcome is { } outcome && PredictionClient.Problem(end) is { } problem)
        {
            // A cancel that comes from elsewhere is another party's end, which the coordinator names, or a person's doing there; the sentence says whose.
            throw new VerbException(outcome == RunOutcome.Cancelled ? RunExit.CodeOf(end.Cause is { } cause and not RunOutcome.Cancelled ? cause : RunOutcome.Failed) : RunExit.CodeOf(outcome), problem);
        }

        byte[] table = await client.TableAsync(end.Prediction, stop);
        target.Write(table);
        int patients = PredictionClient.PatientsIn(table);
        string absent = end.Without.Count > 0 ? $", without {string.Join(", ", end.Without)}" : "";
        context.Result(
            new { end.Prediction, end.Study, end.Model, end.Dataset, patients, end.Without, forecast?.Accuracy, file = target.FullPath },
            () => [$"{patients} patients that all parties have are predicted by model {end.Model[..8]}{absent}: {target.FullPath}"]);
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
