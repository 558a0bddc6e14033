using System.Globalization;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Privacy;

namespace VerticalFL.Agent.Studies;

/// <summary>What can be said of a study's differential privacy before any run: whether its epsilon can be kept, and what the noise is likely to cost.</summary>
public static class PrivacyPreview
{
    /// <summary>Refuses a study whose epsilon no noise keeps; says the smallest that can be kept.</summary>
    /// <exception cref="StudyException">It is such a study.</exception>
    public static void Check(Study study)
    {
        if (Problem(study) is { } problem)
        {
            throw new StudyException("$.privacy.differentialPrivacy.epsilon", problem);
        }
    }

    /// <summary>Why the study's epsilon cannot be kept; null when it can, or when it has none.</summary>
    public static string? Problem(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        try
        {
            PlanOf(study);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>How much noise keeps the study's epsilon and what such noise left of a public study; null when it has none, or none can.</summary>
    public static string? Forecast(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        if (Problem(study) is not null || PlanOf(study) is not { } plan)
        {
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"differential privacy with an epsilon of {study.Privacy.DifferentialPrivacy!.Epsilon:0.###} puts noise of {plan.RowNoise:0.##} clipping norms on every released row: on the public study support2 that left a test AUC of about {PrivacyForecast.Auc(plan.RowNoise):0.00}, without it {PrivacyForecast.ClearAuc:0.00}, its label party alone {PrivacyForecast.AloneAuc:0.00}.");
    }

    private static PrivacyPlan? PlanOf(Study study) =>
        study.Privacy.DifferentialPrivacy is { } privacy ? PrivacyPlan.Of(privacy, study.Training.Epochs) : null;
}
