using VerticalFL.Cli.Commands;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class AuditChoiceTests
{
    private static readonly Study Binary = new()
    {
        Name = "some", LabelParty = new PartyId("hospital"), FeatureParties = [new PartyId("lab")], Task = new TaskSettings { Kind = TaskKind.Binary }, Labels = new LabelSettings(),
    };

    private static readonly AuditSettings Limited = new() { Limits = new AuditLimits { LabelInferenceAuc = 0.6 } };

    [Fact]
    public void Check_of_cheats_in_an_audit_of_outcomes_lets_them_pass()
    {
        new AuditChoice(Asked: true, Cheats: true).Check(Binary);
        new AuditChoice(Asked: false, Cheats: true).Check(Binary with { Audit = Limited });
        AuditChoice.None.Check(Binary);
    }

    [Fact]
    public void Check_of_cheats_without_an_audit_or_outcomes_to_attack_refuses()
    {
        Assert.Contains("add --audit", Refused(new AuditChoice(Asked: false, Cheats: true), Binary), StringComparison.Ordinal);
        Assert.Contains("binary", Refused(new AuditChoice(Asked: true, Cheats: true), Binary with { Task = new TaskSettings { Kind = TaskKind.Survival } }), StringComparison.Ordinal);
    }

    private static string Refused(AuditChoice choice, Study study)
    {
        VerbException e = Assert.Throws<VerbException>(() => choice.Check(study));
        Assert.Equal(ExitCodes.Usage, e.ExitCode);
        return e.Message;
    }
}
