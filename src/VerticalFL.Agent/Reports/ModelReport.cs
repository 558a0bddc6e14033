namespace VerticalFL.Agent.Reports;

/// <summary>The model's fingerprint.</summary>
public sealed record ModelReport
{
    /// <summary>SHA-256 over the parties' hashes in ordinal order of their ids.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 over each party's own weights, by party.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; init; } = new Dictionary<string, string>();
}
