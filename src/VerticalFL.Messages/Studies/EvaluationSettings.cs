namespace VerticalFL.Messages.Studies;

/// <summary>How the model is judged.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Whether the label party also trains on its own columns alone, for comparison. Default: true.</summary>
    public bool CompareAlone { get; init; } = true;
}
