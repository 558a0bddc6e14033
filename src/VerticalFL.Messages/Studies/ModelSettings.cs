namespace VerticalFL.Messages.Studies;

/// <summary>A nonlinearity.</summary>
public enum Activation
{
    /// <summary>The identity: no nonlinearity. Of a bottom without hidden layers, and of the top of a linear model.</summary>
    None,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x Phi(x), the exact form.</summary>
    Gelu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,
}

/// <summary>The layers of a party's own part before the cut.</summary>
public sealed record BottomSettings
{
    /// <summary>Widths of the hidden layers. The projection to the cut follows them and is linear. Default: the preset's.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [64];

    /// <summary>
    /// The nonlinearity behind each hidden layer. Default: ReLU; without hidden layers it is always <see cref="Activation.None"/>.
    /// </summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>
    /// The share of hidden units that are dropped in training, behind each hidden layer. Default: the preset's, 0.3 for <c>clinical</c>;
    /// without hidden layers it is always 0.
    /// </summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>The share of inputs that are dropped in training. Default: 0.</summary>
    public double InputDropout { get; init; }

    /// <summary>Whether each hidden layer is normalised (layer norm). Default: false.</summary>
    public bool LayerNorm { get; init; }
}

/// <summary>The split network: bottoms, a sum at the cut layer, a top.</summary>
public sealed record ModelSettings
{
    /// <summary>
    /// Where the layers come from when they are not named: <c>clinical</c> (64, dropout 0.3), <c>omics</c> (128, dropout 0.5) or
    /// <c>linear</c> (no hidden layer anywhere). Default: <c>clinical</c>.
    /// </summary>
    public string Preset { get; init; } = "clinical";

    /// <summary>
    /// Of how many networks the model is made, 1 to 16: each has at every party layers, first weights and dropout of its own, all are trained in the same steps, and the
    /// prediction is the mean of their outputs. With early stopping each holds out training rows of its own (<see cref="Study.MembersHoldOut"/>). Default: 1, because each costs as many bytes and as much arithmetic as a model of one.
    /// </summary>
    public int Members { get; init; } = 1;

    /// <summary>
    /// The width of the cut layer, the sum of the parties' projections, of all members together. Default: 32 a member; 1 for <c>linear</c>, where a study of several
    /// classes must name it: the number of classes.
    /// </summary>
    public int Cut { get; init; } = 32;

    /// <summary>Widths of the top model's hidden layers. Default: one of 32; none for <c>linear</c>.</summary>
    public IReadOnlyList<int> Top { get; init; } = [32];

    /// <summary>
    /// The top model's nonlinearity, also applied to the sum at the cut. Default: ReLU; <see cref="Activation.None"/> for <c>linear</c>
    /// and only there: the outputs are then the sum at the cut and a bias.
    /// </summary>
    public Activation TopActivation { get; init; } = Activation.Relu;

    /// <summary>The share of units that are dropped in the top model in training. Default: 0.3; 0 for <c>linear</c>.</summary>
    public double TopDropout { get; init; } = 0.3;

    /// <summary>Each party's bottom model; the expanded study names every party.</summary>
    public IReadOnlyDictionary<PartyId, BottomSettings> Bottoms { get; init; } = new Dictionary<PartyId, BottomSettings>();
}
