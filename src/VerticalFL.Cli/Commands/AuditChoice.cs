using VerticalFL.Messages.Studies;

namespace VerticalFL.Cli.Commands;

/// <summary>What of the leak audit a simulation plays.</summary>
/// <param name="Asked">Whether it plays the audit although the study has no limits.</param>
/// <param name="Cheats">Whether it also plays each feature party as a cheat.</param>
internal sealed record AuditChoice(bool Asked, bool Cheats)
{
    public static AuditChoice None { get; } = new(false, false);

    /// <summary>Refuses cheats that nobody would judge.</summary>
    /// <exception cref="VerbException">They are no part of an audit of outcomes.</exception>
    public void Check(Study study)
    {
        if (Cheats && !Asked && study.Audit is null)
        {
            throw new VerbException(ExitCodes.Usage, "--cheat is part of the audit, and the study has no limits that ask for one: add --audit.");
        }

        if (Cheats && study.Task.Kind != TaskKind.Binary)
        {
            throw new VerbException(ExitCodes.Usage, "--cheat is for binary tasks, as all attacks on outcomes are: leave it out.");
        }
    }
}
