namespace VerticalFL.Messages.Studies;

/// <summary>A rule that turns gradients into steps.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Adam (Kingma and Ba 2015); weight decay as L2.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,
}

/// <summary>The optimiser; every party runs one over its own weights.</summary>
public sealed record OptimizerSettings
{
    /// <summary>The rule. Default: AdamW.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.AdamW;

    /// <summary>The step size. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Weight decay. Default: 0.01.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Momentum, for SGD only. Default: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;
}

/// <summary>How the learning rate falls.</summary>
public enum RateDecay
{
    /// <summary>Not at all. The default.</summary>
    Constant,

    /// <summary>In a straight line to 0 at the end of the last epoch there may be.</summary>
    Linear,

    /// <summary>Along half a cosine to 0 (Loshchilov and Hutter 2017, "SGDR", without restarts).</summary>
    Cosine,
}

/// <summary>How the learning rate changes from step to step. The same for every party.</summary>
public sealed record ScheduleSettings
{
    /// <summary>How the rate falls from the optimiser's learning rate. Default: constant.</summary>
    public RateDecay Decay { get; init; } = RateDecay.Constant;

    /// <summary>Over how many epochs the rate first rises in a straight line; fewer than the epochs. Default: 0.</summary>
    public int WarmupEpochs { get; init; }
}

/// <summary>Stops when a part of the training rows, kept aside, no longer improves, and keeps the best weights.</summary>
public sealed record EarlyStoppingSettings
{
    /// <summary>The share of the training rows that is kept aside, by each member of a model for itself where it has several. 0 switches early stopping off. Default: 0.2.</summary>
    public double Validation { get; init; } = 0.2;

    /// <summary>How many epochs without improvement end the training. Default: 8.</summary>
    public int Patience { get; init; } = 8;

    /// <summary>
    /// Whether a second training follows, with fresh weights on training and validation rows together, for as many epochs as the best of the first had. Default:
    /// false, because it takes as long again and leaves no row that tells when it should have stopped.
    /// </summary>
    public bool Refit { get; init; }
}

/// <summary>How classes are weighted in the loss.</summary>
public enum ClassWeights
{
    /// <summary>All rows count the same. The default.</summary>
    None,

    /// <summary>Each class counts the same in total.</summary>
    Balanced,
}

/// <summary>How the label party's gradients travel.</summary>
public enum GradientFormat
{
    /// <summary>As they are, in 32 bits. The default.</summary>
    Float32,

    /// <summary>Rounded to 16 bits after a scaling by 2^15: half the bytes.</summary>
    Float16,
}

/// <summary>How the network is trained.</summary>
public sealed record TrainingSettings
{
    /// <summary>The largest <see cref="Staleness"/>.</summary>
    public const int MaxStaleness = 64;

    /// <summary>The most passes over the training rows. Default: 60.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Rows a step; survival losses rank within a batch. Default: 128.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>The optimiser.</summary>
    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>How the learning rate changes. Null, the default: it stays.</summary>
    public ScheduleSettings? Schedule { get; init; }

    /// <summary>When to stop.</summary>
    public EarlyStoppingSettings EarlyStopping { get; init; } = new();

    /// <summary>Class weights. Default: none.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>
    /// How many steps old the gradients may be that a feature party's weights lack, 0 to 64. 0: no step begins before the one before it is over; above, so
    /// many steps are under way at once, which hides a slow network and costs accuracy. Default: 0.
    /// </summary>
    public int Staleness { get; init; }

    /// <summary>How gradients travel. Default: float32.</summary>
    public GradientFormat Gradients { get; init; } = GradientFormat.Float32;

    /// <summary>
    /// With what probability each group of <see cref="EvaluationSettings.Contributions"/> is absent from a step of the training, so that the model learns to
    /// do without it; 0 to 0.9. Default: 0, because it costs accuracy where all parties are there.
    /// </summary>
    public double PartyDropout { get; init; }
}
