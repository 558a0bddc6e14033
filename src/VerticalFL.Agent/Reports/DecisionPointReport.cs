namespace VerticalFL.Agent.Reports;

/// <summary>What acting on test patients' predictions at or above a threshold comes to (binary); see <see cref="Training.Metrics.DecisionPoint"/>.</summary>
/// <param name="Threshold">The predicted probability from which on one acts.</param>
/// <param name="Flagged">Test patients at or above it.</param>
/// <param name="Sensitivity">The share of the patients with the outcome who are flagged; null without any.</param>
/// <param name="Specificity">The share of the others who are not; null without any.</param>
/// <param name="PositivePredictiveValue">The share of the flagged who have the outcome; null when nobody is flagged.</param>
/// <param name="NegativePredictiveValue">The share of the rest who have not; null when all are flagged.</param>
/// <param name="NetBenefit">True positives a patient, less false ones weighed by the threshold's odds; acting on nobody has 0.</param>
/// <param name="NetBenefitAlone">The same of the label party alone, if it was compared.</param>
/// <param name="NetBenefitOfAll">The same of acting on everybody.</param>
public sealed record DecisionPointReport(
    double Threshold,
    int Flagged,
    double? Sensitivity,
    double? Specificity,
    double? PositivePredictiveValue,
    double? NegativePredictiveValue,
    double NetBenefit,
    double? NetBenefitAlone,
    double NetBenefitOfAll);
