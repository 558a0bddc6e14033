using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Coordinator.Registry;

/// <summary>Which of a study's models a run trains, or which fold's, by what its label party told: each training takes an equal part of the percents.</summary>
internal static class ModelPlace
{
    /// <summary>The model's place, from 0; null while none is trained, and where the study does not release the progress.</summary>
    public static int? Of(RunEntry run, Study study)
    {
        RunEntry.PartyState label = run.Parties[study.LabelParty];
        return label.Station == Station.Training && study.Privacy.Release.Contains(ReleasedTelemetry.Progress)
            ? Math.Min(label.Percent * study.TrainingCount / 100, study.TrainingCount - 1)
            : null;
    }
}
