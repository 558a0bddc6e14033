using System.CommandLine;
using VerticalFL.Agent;
using VerticalFL.Coordinator.Console;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl status</c></summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Option<string> config = LocalService.ConfigOption();
        return new Verb("status", "Say whether the service on this machine runs, whom it reaches, and how much has been told of its patients.", "vfl status --config agent.json")
        {
            config,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.Open(context.Get(config));
            if (service.Coordinator is not null)
            {
                CoordinatorStatus status = await service.Client.GetAsync<CoordinatorStatus>("status", stop);
                context.Result(status, () =>
                [
                    $"The coordinator listens on port {status.Port}.",
                    status.Agents.Count == 0 ? "No agent is connected." : $"Agents connected: {string.Join(", ", status.Agents)}.",
                ]);
            }
            else
            {
                AgentStatus status = await service.Client.GetAsync<AgentStatus>("status", stop);
                context.Result(status, () =>
                [
                    status.Connected
                        ? $"The agent of '{status.Party}' reaches the coordinator at {service.Agent!.Coordinator}."
                        : $"The agent of '{status.Party}' does not reach the coordinator at {service.Agent!.Coordinator} and keeps trying: {status.Problem ?? "not connected yet"}.",
                    Told(status.PrivacyLedger),
                ]);
            }
        });
    }

    private static string Told(LedgerStatus ledger) => ledger.Patients == 0
        ? "Privacy ledger: no patient has been charged."
        : FormattableString.Invariant($"Privacy ledger: {ledger.Patients} patient(s) charged, at most an epsilon of {ledger.LargestEpsilon:0.###} each, ")
            + (ledger.Budget is { } budget ? FormattableString.Invariant($"of {budget:0.###} that the policy allows.") : "and the policy sets no limit.");
}
