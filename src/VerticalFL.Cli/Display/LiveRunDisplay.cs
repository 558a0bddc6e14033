using Spectre.Console;
using Spectre.Console.Rendering;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;

namespace VerticalFL.Cli.Display;

/// <summary>A live table on a terminal: parties, links, stations, progress, loss and speed where the study releases them, time left.</summary>
internal sealed class LiveRunDisplay : IRunDisplay
{
    private readonly IAnsiConsole _console;
    private readonly StationClock _clock = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _live;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunView? _view;
    private string? _note;

    public LiveRunDisplay(IAnsiConsole console)
    {
        _console = console;
        _live = RunAsync();
    }

    /// <inheritdoc/>
    public void Report(RunView value)
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            _view = value;
            next = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        next.TrySetResult();
    }

    /// <inheritdoc/>
    public void Note(string text)
    {
        // The newest one; it stays on the screen with the table.
        lock (_lock)
        {
            _note = text;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _over.TrySetResult();
        await _live;
    }

    private Task RunAsync() => _console.Live(new Text("starting the consortium ...")).AutoClear(false).StartAsync(async context =>
    {
        Task wait = Task.CompletedTask;
        while (true)
        {
            RunView? view;
            lock (_lock)
            {
                view = _view;
                wait = _next.Task;
            }

            if (view is not null)
            {
                context.UpdateTarget(Draw(view));
            }

            if (_over.Task.IsCompleted)
            {
                return;
            }

            await Task.WhenAny(wait, _over.Task);
        }
    });

    private Rows Draw(RunView run)
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns("party", "link", "station", "progress", "loss", "rows/s", "left");
        foreach (PartyView party in run.Parties)
        {
            double? left = _clock.SecondsLeft(run, party);
            table.AddRow(
                new Text(party.Party, new Style(decoration: Decoration.Bold)),
                party.Connected ? new Markup("[green]up[/]") : new Markup("[red]away[/]"),
                Station(party),
                new Text(Bar(party.Percent)),
                new Text(party.ValidationLoss is { } loss ? $"{loss:0.0000}" : "-"),
                new Text(party.RowsPerSecond is { } speed ? $"{speed:0}" : "-"),
                new Text(left is { } seconds ? StationClock.Text(seconds) : "-"));
        }

        string caption = $"{run.Name}   run {run.Run[..8]}   attempt {run.Attempt}   {StationClock.Text(run.ElapsedSeconds)}   {Figures.Bytes(run.RelayedBytes)} relayed, all of it ciphertext";
        var rows = new List<IRenderable> { table, new Text(caption, new Style(Color.Grey)) };
        if (!run.Ended && RunText.OfInterruption(run) is { Length: > 0 } interruption)
        {
            rows.Add(new Text(interruption, new Style(run.Waiting is null ? Color.Grey : Color.Yellow)));
        }

        if (RunText.OfTraining(run) is { Length: > 0 } training)
        {
            rows.Add(new Text(training));
        }

        if (RunText.OfForecast(run) is { Length: > 0 } forecast)
        {
            rows.Add(new Text(forecast, new Style(Color.Grey)));
        }

        rows.AddRange(run.Parties.SelectMany(p => new[] { CurveText.Of(p.Curve), CurveText.Of(p.Metric) }).OfType<string>().Select(c => new Text(c)));
        rows.AddRange(run.Links.Select(l => new Text(RunText.OfLink(l), new Style(Color.Yellow))));
        if (run.Links.Count == 0 && run.Outages.Count > 0)
        {
            rows.Add(new Text(RunText.OfOutage(run.Outages[^1]), new Style(Color.Grey)));
        }

        string? note;
        lock (_lock)
        {
            note = _note;
        }

        if (note is not null)
        {
            rows.Add(new Text(note, new Style(Color.Yellow)));
        }

        return new Rows(rows);
    }

    private static Text Station(PartyView party) => party.Outcome is { } outcome
        ? new Text(RunText.Of(outcome), new Style(outcome == RunOutcome.Finished ? Color.Green : Color.Red))
        : new Text(party.Pass is { } pass ? $"{RunText.Of(party.Station)}, {pass}" : RunText.Of(party.Station));

    private static string Bar(int percent)
    {
        int full = percent / 5;
        return new string('━', full) + new string('·', 20 - full) + $" {percent,3} %";
    }
}
