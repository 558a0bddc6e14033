using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Governance.Policies;

/// <summary>Holds a prediction for new patients against a party's policy: asked anew each time, whatever was approved when the model was trained.</summary>
public static class PredictionCheck
{
    /// <summary>What the policy says before any data is touched: what refuses it first, then what is shown.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="study">The study that trained the model: all that the policy says of studies counts here too.</param>
    /// <param name="self">The party.</param>
    /// <param name="terms">What is asked for.</param>
    public static IReadOnlyList<PolicyFinding> Evaluate(Policy policy, Study study, PartyId self, PredictionTerms terms)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(terms);
        return [.. Unpaid(study), .. Absent(study, self, terms), .. Refusals(policy, self, terms), .. PolicyCheck.Evaluate(policy, study, self)];
    }

    /// <summary>Holds the size of the new cohort against the policy, after the alignment and before any activation leaves.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="cohort">The common new patients.</param>
    public static IReadOnlyList<PolicyFinding> Cohort(PredictionPolicy policy, int cohort)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return cohort < policy.MinimumPatients
            ? [Refusal("predictions.minimumPatients", $"{cohort} new patients are common to all parties; the policy asks for {policy.MinimumPatients}.")]
            : cohort > policy.MostPatients
            ? [Refusal("predictions.mostPatients", $"{cohort} new patients are common to all parties; the policy predicts at most {policy.MostPatients} at a time.")]
            : [];
    }

    private static IEnumerable<PolicyFinding> Unpaid(Study study)
    {
        if (study.Privacy.DifferentialPrivacy is not null)
        {
            yield return Refusal(
                "differentialPrivacy", "A model with differential privacy predicts no further patients: nothing has been charged for what their rows would tell.");
        }
    }

    private static IEnumerable<PolicyFinding> Absent(Study study, PartyId self, PredictionTerms terms)
    {
        string? problem = terms.ProblemOf(study) ?? (terms.Without.Contains(self) ? $"'{self}' itself is said to be absent" : null);
        if (problem is not null)
        {
            yield return Refusal("contributions", $"The prediction is to be made without {string.Join(", ", terms.Without)}: {problem}.");
        }
    }

    private static IEnumerable<PolicyFinding> Refusals(Policy policy, PartyId self, PredictionTerms terms)
    {
        if (policy.Predictions is not { } predictions)
        {
            yield return Refusal("predictions", $"'{self}' takes part in no predictions: its policy has no section predictions.");
            yield break;
        }

        if (!Pattern.MatchesAny(predictions.Datasets, terms.Dataset))
        {
            yield return Refusal("predictions.datasets", $"The dataset '{terms.Dataset}' is not one that the policy predicts on.");
        }

        if (terms.MinimumPatients < predictions.MinimumPatients)
        {
            yield return Refusal(
                "predictions.minimumPatients",
                $"The prediction goes on with {terms.MinimumPatients} common patients; the policy asks for at least {predictions.MinimumPatients}.");
        }

        if (!Pattern.MatchesAny(policy.Purposes, terms.Purpose))
        {
            yield return Refusal("purposes", terms.Purpose.Length == 0
                ? "The prediction states no purpose, and the policy allows only certain ones."
                : $"The purpose '{terms.Purpose}' is not one that the policy allows.");
        }
    }

    private static PolicyFinding Refusal(string rule, string text) => new(true, rule, text);
}
