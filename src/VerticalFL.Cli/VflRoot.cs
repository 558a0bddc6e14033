using System.CommandLine;
using System.CommandLine.Help;
using VerticalFL.Cli.Commands;

namespace VerticalFL.Cli;

/// <summary>The command tree. A finished verb is added here: first what one machine can try, then a consortium's life in its order.</summary>
internal static class VflRoot
{
    private const string Description =
        "Train one model over patients whose columns are spread over several organisations. Nobody hands rows, identifiers or labels to anybody.";

    public static RootCommand Create()
    {
        var root = new RootCommand(Description);
        root.Add(DemoCommand.Create());
        root.Add(SynthCommand.Create());
        root.Add(SimulateCommand.Create());
        root.Add(DataCommand.Create());
        root.Add(CaCommand.Create());
        root.Add(EnrollCommand.Create());
        root.Add(CoordinatorCommand.Create());
        root.Add(AgentCommand.Create());
        root.Add(StatusCommand.Create());
        root.Add(StudyCommand.Create());
        root.Add(PredictCommand.Create());
        root.Add(AuditCommand.Create());
        root.Add(BenchCommand.Create());
        root.Add(ExitCodesCommand.Create());

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new VerbHelp((HelpAction)help.Action!);
        root.SetAction(parsed => help.Action is VerbHelp shown ? shown.Invoke(parsed) : ExitCodes.Ok);
        return root;
    }
}
