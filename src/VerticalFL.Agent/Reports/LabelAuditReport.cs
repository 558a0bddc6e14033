namespace VerticalFL.Agent.Reports;

/// <summary>
/// What a feature party could infer about training patients' outcomes, calculated by the label party from what it sent. Feature parties all receive the same
/// gradients.
/// </summary>
public sealed record LabelAuditReport
{
    /// <summary>Training steps that were looked at; after an interruption those since the run went on.</summary>
    public required long Steps { get; init; }

    /// <summary>By attack: norm, direction, spectral, averaged and fewLabels.</summary>
    public required IReadOnlyDictionary<string, LeakReport> Attacks { get; init; }

    /// <summary>The key of the attack that tells most above chance: what protection is judged by.</summary>
    public required string Strongest { get; init; }

    /// <summary>How well the loss of a patient tells training patients from test patients; .5 is chance.</summary>
    public double? MembershipAuc { get; init; }

    /// <summary>An attack's key in words.</summary>
    public static string NameOf(string attack) => attack switch
    {
        "norm" => "length",
        "direction" => "direction",
        "spectral" => "direction from the mean",
        "averaged" => "average over epochs",
        _ => "a few known outcomes",
    };
}

/// <summary>One attack's figure and what the same figure is when outcomes are dealt out anew.</summary>
public sealed record LeakReport(double Auc, double Chance);
