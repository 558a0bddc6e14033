namespace VerticalFL.Agent.Reports;

/// <summary>
/// What a feature party could infer about training patients' outcomes, calculated by the label party from what it sent. Feature parties all receive the same
/// gradients.
/// </summary>
public sealed record LabelAuditReport
{
    /// <summary>The key in <see cref="Attacks"/> of the strongest attack of a party that cheated in training.</summary>
    public const string Cheating = "cheating";

    /// <summary>Training steps that were looked at; after an interruption those since the run went on.</summary>
    public required long Steps { get; init; }

    /// <summary>By attack: norm, direction, spectral, averaged, fewLabels and, where they could be played, completion, fineTuned and cheating: the feature party's for which each tells most.</summary>
    public required IReadOnlyDictionary<string, LeakReport> Attacks { get; init; }

    /// <summary>The key of the attack with the largest AUC: what protection is judged by.</summary>
    public required string Strongest { get; init; }

    /// <summary>Model completion by feature party; null where it could not be played, which takes that party's model beside the outcomes: outside a simulation.</summary>
    public IReadOnlyList<CompletionReport>? Completion { get; init; }

    /// <summary>By feature party what it could have told had it cheated in training; null where that was not played, which takes a training for each.</summary>
    public IReadOnlyList<CheatReport>? Cheats { get; init; }

    /// <summary>How well the loss of a patient tells training patients from test patients, among all patients or among those of the same outcome, whichever tells more.</summary>
    public double? MembershipAuc { get; init; }

    /// <summary>The same when it is dealt out anew who was trained on.</summary>
    public double? MembershipChance { get; init; }

    /// <summary>An attack's key in words.</summary>
    public static string NameOf(string attack) => attack switch
    {
        "norm" => "length",
        "direction" => "direction",
        "spectral" => "direction from the mean",
        "averaged" => "average over epochs",
        "completion" => "own trained model",
        "fineTuned" => "fine-tuned own model",
        Cheating => "cheating own model",
        _ => "a few known outcomes",
    };
}

/// <summary>What a feature party made of its own trained bottom model and 20 known outcomes of each class.</summary>
/// <param name="Party">The party.</param>
/// <param name="Auc">On the patients whose outcome it does not know.</param>
/// <param name="Chance">The same against outcomes that were dealt out anew.</param>
/// <param name="ColumnsAuc">The strongest of the same attacks on the party's columns alone: what it could do without any training with others.</param>
public sealed record CompletionReport(string Party, double Auc, double Chance, double ColumnsAuc)
{
    /// <summary>The same when the party goes on training its bottom with the known and the other patients; null where that cannot be played, as with an engine of the party's own.</summary>
    public double? FineTunedAuc { get; init; }

    /// <summary>The same against outcomes that were dealt out anew.</summary>
    public double? FineTunedChance { get; init; }
}

/// <summary>One attack's figure and what the same figure is when outcomes are dealt out anew.</summary>
public sealed record LeakReport(double Auc, double Chance);
