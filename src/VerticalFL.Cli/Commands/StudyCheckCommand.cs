using System.CommandLine;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study check</c></summary>
internal static class StudyCheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The study file. A PARTY.policy.json beside it is that party's policy; without one the default policy is asked." };
        return new Verb(
            "check",
            "Say what a study means before anybody runs it: whether it is valid, what each party would send and learn, what its policy says, and what differential privacy is likely to cost. Nothing leaves this machine.",
            "vfl study check cohort/study.json")
        {
            file,
        }.Run(context =>
        {
            string path = context.Get(file);
            StudyDocument document = StudyDocument.Load(path);
            Study study = document.Study;
            PrivacyPreview.Check(study);
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            IReadOnlyList<PartyOutlook> parties = StudyOutlook.Of(study, party => PolicyOf(folder, party));
            string? forecast = PrivacyPreview.Forecast(study);
            string[] told = [.. study.Privacy.Release.Select(r => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(r.ToString()))];
            PartyOutlook[] refused = [.. parties.Where(p => p.Findings.Any(f => f.Refuses))];
            context.Result(
                new { study = study.Name, id = document.Id.Hex, parties, coordinatorIsTold = told, forecast, refusedBy = refused.Select(p => p.Party) },
                () => Lines(document, parties, told, forecast));
            if (refused.Length > 0)
            {
                context.ExitCode = ExitCodes.PolicyRefused;
                context.Error.WriteLine($"vfl: The study is valid, and the policy of {string.Join(", ", refused.Select(p => p.Party))} refuses it: change the study, or that policy, whose owner decides.");
            }
        });
    }

    private static Policy PolicyOf(string folder, PartyId party)
    {
        string file = Path.Combine(folder, $"{party}.policy.json");
        if (!File.Exists(file))
        {
            return Policy.Default;
        }

        try
        {
            return Policy.Parse(File.ReadAllBytes(file));
        }
        catch (PolicyException e)
        {
            throw new PolicyException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>What is told of a party beside its name: parties of which the same is told stand together.</summary>
    private static string What(PartyOutlook party) =>
        string.Join('\n', [party.HoldsLabel.ToString(), party.Dataset, party.Columns, .. party.Sends.Select(s => s.ToString()), .. party.Findings.Select(f => f.ToString())]);

    private static IEnumerable<string> Lines(StudyDocument document, IReadOnlyList<PartyOutlook> parties, string[] told, string? forecast)
    {
        yield return $"Study '{document.Study.Name}' is valid; its id is {document.Id.Hex}.";
        foreach (PartyOutlook[] alike in parties.GroupBy(What).Select(g => g.ToArray()))
        {
            PartyOutlook party = alike[0];
            yield return "";
            yield return $"{string.Join(" and ", alike.Select(p => p.Party))}, {(party.HoldsLabel ? "the label party," : alike.Length == 1 ? "a feature party," : "feature parties, each")} brings dataset '{party.Dataset}', columns: {party.Columns}";
            yield return $"  sends to {party.Sends[0].To}";
            foreach (OutlookMessage message in party.Sends)
            {
                yield return $"    {message.Message,-20} {message.Learns}";
            }

            yield return alike.Length == 1 ? "  its policy says" : "  the policy of each says";
            foreach (FindingView finding in party.Findings)
            {
                yield return $"    {(finding.Refuses ? "REFUSED" : "note"),-20} {finding.Text}";
            }
        }

        yield return "";
        yield return $"The coordinator is told {(told.Length == 0 ? "nothing but that a run begins and ends" : string.Join(", ", told))}; it relays everything else as ciphertext and sees sizes and times.";
        if (forecast is not null)
        {
            yield return "Forecast: " + forecast;
        }

        yield return "Every class of message, with what its reader learns: protocols/messages/README.md.";
    }
}
