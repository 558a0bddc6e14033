using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Audits;

/// <summary>What an audit of a run's gradients and sums looks at, and what left the parties besides.</summary>
internal static class AuditScope
{
    /// <summary>What it does not see, as a clause; null when it sees all.</summary>
    /// <param name="study">The study.</param>
    /// <param name="resumed">Whether the attempt went on from a checkpoint.</param>
    public static string? LeftOut(Study study, bool resumed)
    {
        string[] parts =
        [
            .. study.FoldCount > 0 ? [$"the trainings of {study.FoldCount} folds"] : Array.Empty<string>(),
            .. study.ModelCount > 1 ? [Others(study)] : Array.Empty<string>(),
            .. study.Model.Members > 1 ? [$"what an attacker reads who takes the gradients of the {study.Model.Members} members apart"] : Array.Empty<string>(),
            .. resumed ? ["the steps before the interruption"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? null : string.Join(" and ", parts);
    }

    private static string Others(Study study) =>
        study.ModelCount == 2 ? "the training of the other model" : $"the trainings of {study.ModelCount - 1} other models";
}
