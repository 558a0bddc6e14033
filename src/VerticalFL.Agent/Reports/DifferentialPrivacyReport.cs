namespace VerticalFL.Agent.Reports;

/// <summary>What differential privacy held in a run, at the study's delta, when one patient's data is replaced by any other.</summary>
public sealed record DifferentialPrivacyReport
{
    /// <summary>What the study asked for.</summary>
    public required double Epsilon { get; init; }

    /// <summary>The probability that no epsilon here bounds.</summary>
    public required double Delta { get; init; }

    /// <summary>The norm to which rows and patients' gradients were shortened.</summary>
    public required double ClippingNorm { get; init; }

    /// <summary>Noise on every released row, over that norm.</summary>
    public required double RowNoise { get; init; }

    /// <summary>Noise on every step's gradient of the weights, over that norm.</summary>
    public required double WeightNoise { get; init; }

    /// <summary>The test AUC that such noise left of the public study support2: what was forecast before the run.</summary>
    public required double ForecastAuc { get; init; }

    /// <summary>What one feature party's data of a training patient told all others together.</summary>
    public required double FeaturePartyEpsilon { get; init; }

    /// <summary>What the label party's data of a training patient, outcome included, told all feature parties together.</summary>
    public required double LabelPartyEpsilon { get; init; }

    /// <summary>What a feature party's data of a test patient told.</summary>
    public required double TestPatientEpsilon { get; init; }

    /// <summary>What a training patient's data at all parties together told whoever holds none of it.</summary>
    public required double WholePatientEpsilon { get; init; }
}
