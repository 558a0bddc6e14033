namespace VerticalFL.Agent.Reports;

/// <summary>How the common patients were found.</summary>
public sealed record AlignmentReport
{
    /// <summary>The protocol's word, such as <c>vole</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Patients that each party is known to have brought, by party; what all were padded to where the study says so.</summary>
    public required IReadOnlyDictionary<string, int> Sizes { get; init; }

    /// <summary>Patients that all parties have in common.</summary>
    public required int Intersection { get; init; }

    /// <summary>What each of several keys matched, the preferred one first; null when the study has one key.</summary>
    public IReadOnlyList<AlignmentPassReport>? Passes { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Bytes that the label party sent for it, before TLS.</summary>
    public required long BytesSent { get; init; }
}
