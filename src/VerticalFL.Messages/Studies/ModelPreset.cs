namespace VerticalFL.Messages.Studies;

/// <summary>Where the layers come from when a study does not name them.</summary>
/// <param name="Name">The word in the study.</param>
/// <param name="Cut">The cut's width; null: the study must name it for several classes, otherwise 1.</param>
/// <param name="Top">The top model's hidden layers.</param>
/// <param name="TopActivation">The nonlinearity at the cut and in the top model.</param>
/// <param name="TopDropout">Dropout in the top model.</param>
/// <param name="Bottom">Every party's bottom model.</param>
internal sealed record ModelPreset(
    string Name, int? Cut, IReadOnlyList<int> Top, Activation TopActivation, double TopDropout, BottomSettings Bottom)
{
    /// <summary>The name of the preset without any nonlinearity.</summary>
    public const string Linear = "linear";

    /// <summary>A bottom without hidden layers, where activation and dropout have nothing to act on.</summary>
    public static readonly BottomSettings LinearBottom = new() { Layers = [], Activation = Activation.None, Dropout = 0 };

    public static readonly ModelPreset[] All =
    [
        new("clinical", 32, [32], Activation.Relu, 0.3, new BottomSettings { Layers = [64], Activation = Activation.Relu, Dropout = 0.3 }),
        new("omics", 32, [32], Activation.Relu, 0.3, new BottomSettings { Layers = [128], Activation = Activation.Relu, Dropout = 0.5 }),
        new(Linear, null, [], Activation.None, 0, LinearBottom),
    ];

    public static ModelPreset? Find(string name) => Array.Find(All, p => p.Name == name);
}
