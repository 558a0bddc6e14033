using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Coordinator.Registry;

/// <summary>Which of a study's models a run trains, by what its label party told: each model takes an equal part of the percents.</summary>
internal static class ModelPlace
{
    /// <summary>The place and the preset; null when the study has one model, while none is trained, and where the study does not release the progress.</summary>
    public static string? Of(RunEntry run, Study study)
    {
        RunEntry.PartyState label = run.Parties[study.LabelParty];
        return label.Station == Station.Training && study.Privacy.Release.Contains(ReleasedTelemetry.Progress)
            ? study.PlaceOfModel(Math.Min(label.Percent * study.ModelCount / 100, study.ModelCount - 1))
            : null;
    }
}
