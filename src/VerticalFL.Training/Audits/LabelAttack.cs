namespace VerticalFL.Training.Audits;

/// <summary>A way to guess patients' outcomes from the gradients that a feature party receives.</summary>
public enum LabelAttack
{
    /// <summary>The length of each row's gradient, compared within a batch (Li et al. 2022, section 3.1).</summary>
    Norm,

    /// <summary>The row's place along the direction that carries most of a batch's gradients (Li et al. 2022, section 3.2, without a known label).</summary>
    Direction,

    /// <summary>The same after the batch's mean is taken away (Sun et al. 2022, the spectral attack).</summary>
    Spectral,

    /// <summary>Length and direction of each row's mean over all epochs: noise that is fresh in every step averages out.</summary>
    Averaged,

    /// <summary>A linear model of the means over epochs, fitted to a few patients whose outcome the attacker knows.</summary>
    FewLabels,
}
