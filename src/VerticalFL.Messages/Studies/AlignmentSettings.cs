namespace VerticalFL.Messages.Studies;

/// <summary>How the common patients are found.</summary>
public sealed record AlignmentSettings
{
    /// <summary>
    /// The OPRF of the star: <c>vole</c> or <c>ecdh</c>. Default: <c>vole</c>, some 25 times faster for large sets; <c>ecdh</c> needs no
    /// assumption beyond discrete logarithms and hashes, and sends less for small ones.
    /// </summary>
    public string Protocol { get; init; } = "vole";

    /// <summary>The fewest common patients with which a run goes on. Default: 50, because small cohorts single people out.</summary>
    public int MinimumPatients { get; init; } = 50;

    /// <summary>
    /// How many identifiers every party brings, made up with random ones, so that nobody learns how many patients another has. Default: null,
    /// no padding.
    /// </summary>
    public int? PadTo { get; init; }
}
