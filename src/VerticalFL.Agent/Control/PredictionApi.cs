using System.Text.Json;
using VerticalFL.Agent.Predictions;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Control;

/// <summary>The part of the agent's local API that asks for predictions and hands them out, to the party's own operator alone.</summary>
internal static class PredictionApi
{
    public static void Map(WebApplication app, PredictionDesk desk)
    {
        app.MapPost("/predictions", async (HttpRequest request, CancellationToken ct) => Json(await desk.AskAsync(await ReadAsync(request, ct), ct)));
        app.MapPost("/predictions/forecast", async (HttpRequest request, CancellationToken ct) => Json(desk.Forecast(await ReadAsync(request, ct))));
        app.MapGet("/predictions/{id}", (string id) => Json(desk.View(id)));
        app.MapGet("/predictions/{id}/table.csv", (string id) => Results.Bytes(desk.Table(id), "text/csv"));
    }

    private static IResult Json<T>(T value) => Results.Json(value, LocalJson.Options);

    private static async Task<PredictionAsk> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<PredictionAsk>(request.Body, LocalJson.Options, cancellationToken) is { Model: not null, Dataset: not null } ask
                ? ask
                : throw new LocalRequestException(LocalRefusal.NotAllowed, "The request names no model or no dataset.");
        }
        catch (JsonException e)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, "The request is malformed.", e);
        }
    }
}
