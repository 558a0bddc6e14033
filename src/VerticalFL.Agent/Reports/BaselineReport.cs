namespace VerticalFL.Agent.Reports;

/// <summary>What the model is compared with.</summary>
public sealed record BaselineReport
{
    /// <summary>The label party's own columns only, the same rows and the same settings.</summary>
    public required MetricsReport LabelPartyAlone { get; init; }
}
