using System.Runtime.CompilerServices;
using System.Text.Json;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Coordinator.Console;

/// <summary>The coordinator's local API: HTTP on the control socket, for <c>vfl study</c> and the consoles.</summary>
internal static class ControlApi
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public static void Map(WebApplication app, StudyRegistry studies, RunRegistry runs, ControlDesk desk, Relay relay, TimeProvider time)
    {
        Func<RunId, long> relayedBytes = relay.BytesOf;
        CancellationToken stopping = app.Lifetime.ApplicationStopping;
        app.MapGet("/status", () => Json(new CoordinatorStatus(relay.Endpoint.Port, [.. relay.Agents.Select(a => a.Party.Value).Order(StringComparer.Ordinal)])));
        app.MapGet("/studies", () => Json(studies.List(desk.IsConnected)));
        app.MapGet("/studies/{id}", (string id) => Json(studies.View(studies.Find(id).Id, desk.IsConnected)));
        app.MapGet("/studies/{id}/document", (string id) => Results.Bytes(studies.Find(id).Bytes, "application/json"));
        app.MapPost("/studies", async (HttpRequest request, CancellationToken ct) =>
        {
            StudyDocument document = await desk.SubmitAsync(await ReadBodyAsync(request, ct), stopping);
            return Json(studies.View(document.Id, desk.IsConnected));
        });

        // Whoever asked may hang up: what was begun is told to every agent all the same.
        app.MapPost("/studies/{id}/start", async (string id) =>
        {
            RunId run = await desk.StartAsync(studies.Find(id).Id, stopping);
            return Json(runs.View(run, desk.IsConnected, relayedBytes));
        });
        app.MapGet("/runs/{id}", (string id) => Json(runs.View(runs.FindRun(id), desk.IsConnected, relayedBytes)));
        app.MapPost("/runs/{id}/cancel", async (string id) =>
        {
            RunId run = runs.FindRun(id);
            await desk.CancelAsync(run, "the coordinator's operator cancelled it", stopping);
            return Json(runs.View(run, desk.IsConnected, relayedBytes));
        });
        app.MapPost("/runs/{id}/pause", async (string id) =>
        {
            RunId run = runs.FindRun(id);
            await desk.PauseAsync(run, stopping);
            return Json(runs.View(run, desk.IsConnected, relayedBytes));
        });
        app.MapPost("/runs/{id}/resume", async (string id) =>
        {
            RunId run = runs.FindRun(id);
            await desk.ResumeAsync(run, stopping);
            return Json(runs.View(run, desk.IsConnected, relayedBytes));
        });
        app.MapGet("/runs/{id}/watch", async (string id, HttpContext context, CancellationToken ct) =>
        {
            RunId run = runs.FindRun(id);
            context.Response.ContentType = "application/x-ndjson";

            // An open watch must not hold up the coordinator's own end.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping);
            try
            {
                await foreach (RunView view in WatchAsync(run, either.Token))
                {
                    await JsonSerializer.SerializeAsync(context.Response.Body, view, LocalJson.Options, either.Token);
                    await context.Response.Body.WriteAsync("\n"u8.ToArray(), either.Token);
                    await context.Response.Body.FlushAsync(either.Token);
                }
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                // The watcher left, or the coordinator stops: the answer just ends.
            }
        });

        async IAsyncEnumerable<RunView> WatchAsync(RunId run, [EnumeratorCancellation] CancellationToken ct)
        {
            while (true)
            {
                Task changed = desk.Changed;
                RunView view = runs.View(run, desk.IsConnected, relayedBytes);
                yield return view;
                if (view.Ended)
                {
                    yield break;
                }

                await Task.Delay(ShortestPause, time, ct);
                await Task.WhenAny(changed, Task.Delay(LongestPause, time, ct));
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private static IResult Json<T>(T value) => Results.Json(value, LocalJson.Options);

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > StudyDocument.MaxBytes)
            {
                throw new LocalRequestException(LocalRefusal.InvalidStudy, $"The study file is larger than {StudyDocument.MaxBytes / 1024} KiB.");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
