namespace VerticalFL.Training.Losses;

/// <summary>What training makes small.</summary>
public enum LossKind
{
    /// <summary>Cross entropy of one logit and a label 0 or 1.</summary>
    BinaryCrossEntropy,

    /// <summary>Cross entropy of a logit per class and a class number.</summary>
    SoftmaxCrossEntropy,

    /// <summary>The squared difference.</summary>
    MeanSquaredError,

    /// <summary>Cox's negative log partial likelihood.</summary>
    CoxPartialLikelihood,
}
