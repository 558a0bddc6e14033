namespace VerticalFL.Alignment;

/// <summary>How far an alignment is. Counts only; nothing about which patients.</summary>
/// <param name="Step">The step that is under way.</param>
/// <param name="Done">How many units of it are done.</param>
/// <param name="Total">How many units it has; 0 when the step is a single exchange.</param>
/// <param name="Pass">The pass that is under way, from 1; order and row check come once, in the last.</param>
/// <param name="Passes">How many passes there are: one for each key of the study.</param>
public readonly record struct AlignmentProgress(AlignmentStep Step, long Done, long Total, int Pass = 1, int Passes = 1);
