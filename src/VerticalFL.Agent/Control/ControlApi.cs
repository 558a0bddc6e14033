using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Agent.Control;

/// <summary>The agent's local API: HTTP on the control socket, for the party's own operator.</summary>
internal static class ControlApi
{
    public static void Map(WebApplication app, AgentOptions options, ControlLink link, AgentService service, StudyDesk studies, RunDesk runs, RunFolder folders, BudgetDesk budgets)
    {
        app.MapGet("/status", () => Json(new AgentStatus(options.Party, link.State.IsConnected, link.State.Problem, budgets.Status())));
        app.MapGet("/studies", () => Json(studies.List()));
        app.MapGet("/studies/{id}", (string id) => Json(studies.View(studies.Find(id))));
        app.MapGet("/studies/{id}/document", (string id) => Results.Bytes(studies.Find(id).Bytes, "application/json"));
        app.MapPost("/studies/{id}/decision", async (string id, HttpRequest request, CancellationToken ct) =>
        {
            SignedApproval signed = await ReadDecisionAsync(request, ct);
            StudyDocument document = studies.Decide(id, signed);
            await service.TellDecisionAsync(signed, ct);
            return Json(studies.View(document));
        });
        app.MapGet("/runs/{id}", (string id) => Json(runs.View(runs.Find(id))));
        app.MapPost("/runs/{id}/cancel", async (string id) =>
        {
            PartyRun run = runs.Find(id);
            if (run.End is not null)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The run {run.Id.Short} is over at '{options.Party}': there is nothing to cancel.");
            }

            await runs.CancelAsync(run, $"the operator of '{options.Party}' cancelled it");
            return Json(runs.View(run));
        });
        app.MapGet("/runs/{id}/report.json", (string id) => Report(id, "report.json", "application/json"));
        app.MapGet("/runs/{id}/report.html", (string id) => Report(id, "report.html", "text/html"));

        IResult Report(string id, string name, string type)
        {
            // A study's id stands for its newest run.
            RunId? run = folders.FindReport(id)
                ?? studies.List().Where(s => s.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase)).SelectMany(s => s.Runs).Reverse()
                    .Select(r => folders.FindReport(r)).FirstOrDefault(r => r is not null);
            return run is { } found
                ? Results.Bytes(File.ReadAllBytes(folders.ReportPath(found, name)), type)
                : throw new LocalRequestException(
                    LocalRefusal.NotFound, $"No report for '{id}' lies here: reports are written at the label party, when a run has finished.");
        }
    }

    private static IResult Json<T>(T value) => Results.Json(value, LocalJson.Options);

    private static async Task<SignedApproval> ReadDecisionAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[SignedApproval.Descriptor.MaxBytes + 1];
        int length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            return MessageCodec.Decode<SignedApproval>(buffer.AsSpan(0, length));
        }
        catch (MessageFormatException e)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"The decision is malformed: {e.Message}", e);
        }
    }
}
