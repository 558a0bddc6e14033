namespace VerticalFL.Governance.Policies;

/// <summary>What this party knows of another one.</summary>
public sealed record PeerPolicy
{
    /// <summary>The pin of the peer's service key, <c>sha256:hex</c>. Default: none, any key that the root has signed for the peer.</summary>
    public string? Pin { get; init; }

    /// <summary>Pins of the peer's operators by name. Default: none; an operator that is not named needs only a certificate.</summary>
    public IReadOnlyDictionary<string, string> Operators { get; init; } = new Dictionary<string, string>();
}
