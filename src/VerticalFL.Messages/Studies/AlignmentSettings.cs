namespace VerticalFL.Messages.Studies;

/// <summary>How the common patients are found.</summary>
public sealed record AlignmentSettings
{
    /// <summary>The OPRF of the star: <c>ecdh</c>. Default: <c>ecdh</c>.</summary>
    public string Protocol { get; init; } = "ecdh";

    /// <summary>The fewest common patients with which a run goes on. Default: 50, because small cohorts single people out.</summary>
    public int MinimumPatients { get; init; } = 50;

    /// <summary>
    /// How many identifiers every party brings, made up with random ones, so that nobody learns how many patients another has. Default: null,
    /// no padding.
    /// </summary>
    public int? PadTo { get; init; }
}
