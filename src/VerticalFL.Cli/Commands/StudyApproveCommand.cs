using System.CommandLine;
using VerticalFL.Agent;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study approve</c> and <c>vfl study reject</c></summary>
internal static class StudyApproveCommand
{
    private const int HashLength = 8;

    public static Command Create(bool approve)
    {
        Argument<string> study = StudyCommand.StudyArgument();
        Option<string> config = LocalService.ConfigOption();
        var person = new Option<string>("--operator") { Description = "Who decides: the name of the operator's key.", HelpName = "name", Required = true };
        var keys = new Option<string?>("--keys") { Description = "Where the operator's key and certificate lie. Default: the agent's keys directory.", HelpName = "dir" };
        var hash = new Option<string?>("--hash") { Description = "The first 8 characters of the study's id, typed by the person who read it. Default: asked on the terminal.", HelpName = "hex" };
        string verb = approve ? "approve" : "reject";
        return new Verb(
            verb,
            approve
                ? "Approve the exact bytes of a study for this party, signed with the operator's own key."
                : "Reject a study for this party, or take an approval back; signed with the operator's own key.",
            $"vfl study {verb} 1a2b3c4d --operator alice --config agent.json")
        {
            study, config, person, keys, hash,
        }.Run(async (context, stop) =>
        {
            using LocalService service = LocalService.OpenAgent(context.Get(config));
            AgentOptions agent = service.Agent!;
            string path = $"studies/{Uri.EscapeDataString(context.Get(study))}";
            AgentStudyView view = await service.Client.GetAsync<AgentStudyView>(path, stop);
            StudyDocument document = StudyDocument.Parse(await service.Client.GetBytesAsync($"studies/{view.Id}/document", stop));
            if (document.Id.Hex != view.Id)
            {
                throw new VerbException(ExitCodes.PolicyRefused, "The agent's text of the study does not have the id that it names: do not approve it.");
            }

            foreach (string line in StudyShowCommand.AtAgent(view))
            {
                context.Error.WriteLine(line);
            }

            if (approve && view.Findings.FirstOrDefault(f => f.Refuses) is { } finding)
            {
                throw new VerbException(ExitCodes.PolicyRefused, $"The party's policy refuses this study: {finding.Text}");
            }

            Confirm(context, context.Find(hash), view, verb);
            string directory = context.Find(keys) ?? agent.Keys;
            string name = context.Get(person);
            string? passphrase = KeyFile.IsEncrypted(OperatorIdentity.KeyPath(directory, name))
                ? Passphrase.Existing(Passphrase.OperatorVariable, $"Passphrase of operator {name}: ", context.Error)
                : null;
            using OperatorIdentity identity = OperatorIdentity.Load(directory, name, passphrase);
            byte[] signed = MessageCodec.Encode(Approval.Decide(document, identity, approve, TimeProvider.System.GetUtcNow()).Sign(identity));
            AgentStudyView decided = await service.Client.PostAsync<AgentStudyView>($"studies/{view.Id}/decision", signed, stop);
            context.Result(decided, () => [$"Study '{decided.Name}' ({decided.Id[..HashLength]}) is {decided.Decision} by {decided.Operator} for {agent.Party}."]);
        });
    }

    private static void Confirm(VerbContext context, string? typed, AgentStudyView view, string verb)
    {
        if (typed is null)
        {
            if (Console.IsInputRedirected)
            {
                throw new VerbException(ExitCodes.Usage, $"Nobody can be asked here: give the study's first {HashLength} characters with --hash.");
            }

            context.Error.Write($"Type the first {HashLength} characters of the id to {verb}: ");
            typed = Console.ReadLine();
        }

        if (typed?.Trim() is not { Length: >= HashLength } text || !view.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase))
        {
            throw new VerbException(ExitCodes.ApprovalMissing, $"The characters do not match the study's id: nothing was signed.");
        }
    }
}
