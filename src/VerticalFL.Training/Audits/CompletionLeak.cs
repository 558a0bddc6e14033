namespace VerticalFL.Training.Audits;

/// <summary>How well <see cref="CompletionAttack"/> told the outcomes apart.</summary>
/// <param name="Auc">Area under the curve on the patients whose outcome the party does not know.</param>
/// <param name="Chance">The same against outcomes that were dealt out anew.</param>
/// <param name="ColumnsAuc">The strongest of the same attacks on the party's own columns, without anything of the training: what it could do anyhow.</param>
public sealed record CompletionLeak(double Auc, double Chance, double ColumnsAuc)
{
    /// <summary>Area under the curve when the party goes on training its bottom, on the known patients and on the others (<c>FineTunedCompletion</c>); null when not played.</summary>
    public double? FineTunedAuc { get; init; }

    /// <summary>The same against outcomes that were dealt out anew.</summary>
    public double? FineTunedChance { get; init; }
}
