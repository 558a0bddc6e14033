using System.CommandLine;
using VerticalFL.Agent.Studies;
using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study list</c></summary>
internal static class StudyListCommand
{
    public static Command Create()
    {
        Option<string> config = LocalService.ConfigOption();
        return new Verb("list", "List the studies that this coordinator or agent knows.", "vfl study list --config agent.json")
        {
            config,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.Open(context.Get(config));
            if (service.Coordinator is not null)
            {
                StudyView[] studies = await service.Client.GetAsync<StudyView[]>("studies", stop);
                context.Result(studies, () => studies.Length == 0 ? None : studies.Select(
                    s => $"{s.Id[..8]}  {s.Name,-24} {string.Join(", ", s.Parties.Select(p => $"{p.Party} {p.Decision}"))}  runs {s.RunsStarted}/{s.MaxRuns}"));
            }
            else
            {
                AgentStudyView[] studies = await service.Client.GetAsync<AgentStudyView[]>("studies", stop);
                context.Result(studies, () => studies.Length == 0 ? None : studies.Select(
                    s => $"{s.Id[..8]}  {s.Name,-24} {s.Decision,-9} runs {s.RunsUsed}/{s.MaxRuns}"));
            }
        });
    }

    private static readonly string[] None = ["No studies yet: the consortium's coordinator submits them."];
}
