using System.CommandLine;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study</c>: what is done with a study file, and what goes through a service's control socket.</summary>
internal static class StudyCommand
{
    public static Command Create() => new("study", "Write, check, submit, read, approve, start, follow and hold studies, at the coordinator or agent of this machine.")
    {
        StudyNewCommand.Create(),
        StudyCheckCommand.Create(),
        StudySubmitCommand.Create(),
        StudyListCommand.Create(),
        StudyShowCommand.Create(),
        StudyApproveCommand.Create(approve: true),
        StudyApproveCommand.Create(approve: false),
        StudyStartCommand.Create(),
        StudyWatchCommand.Create(),
        StudyPauseCommand.Create(pause: true),
        StudyPauseCommand.Create(pause: false),
        StudyCancelCommand.Create(),
        StudyReportCommand.Create(),
    };

    internal static Argument<string> StudyArgument() => new("study") { Description = "The study's id, or its first 8 or more characters." };
}
