using System.CommandLine;
using VerticalFL.Agent.Studies;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study submit</c></summary>
internal static class StudySubmitCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The study file." };
        Option<string> config = LocalService.ConfigOption();
        return new Verb("submit", "Hand a study to the coordinator, which offers it to the parties that it names.", "vfl study submit study.json --config coordinator.json")
        {
            file, config,
        }.Run(async (context, stop) =>
        {
            StudyDocument document = StudyDocument.Load(context.Get(file));
            PrivacyPreview.Check(document.Study);
            using LocalService service = LocalService.OpenCoordinator(context.Get(config));
            StudyView view = await service.Client.PostAsync<StudyView>("studies", document.Bytes, stop);
            context.Result(view, () =>
            [
                $"Study '{view.Name}' is {view.Id}",
                .. PrivacyPreview.Forecast(document.Study) is { } forecast ? (string[])["Forecast: " + forecast] : [],
                $"Each party's operator now decides: vfl study approve {view.Id[..8]} --operator NAME --config agent.json",
            ]);
        });
    }
}
