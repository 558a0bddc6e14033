using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>On what the label party trains a model: the study's parts, or those of one fold.</summary>
/// <param name="Rows">Which rows train, validate and test.</param>
/// <param name="Features">Its own features, fitted on the training rows of these.</param>
/// <param name="Reported">The outcomes as they are trained on.</param>
/// <param name="Outcome">The same, prepared by these training rows.</param>
internal sealed record LabelTrainingSet(RowAssignment Rows, PreparedFeatures Features, Targets Reported, CohortOutcome Outcome)
{
    public static LabelTrainingSet Of(PartySession session, RowAssignment rows, Targets reported, double reportedOtherwise) => new(
        rows, PreparedFeatures.Fit(session.Input, session.Aligned.Rows, rows), reported, new CohortOutcome(reported, rows) { ReportedOtherwise = reportedOtherwise });
}
