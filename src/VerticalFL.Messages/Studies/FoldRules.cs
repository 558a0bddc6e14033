namespace VerticalFL.Messages.Studies;

/// <summary>The rules of studies with cross-validation: how many folds, and with what else they do not go together.</summary>
internal static class FoldRules
{
    private const string Path = "$.evaluation.folds";
    private const int Fewest = 2;
    private const int Most = 20;

    public static void Check(Study study)
    {
        if (study.Evaluation.Folds is not { } folds)
        {
            return;
        }

        string? problem =
            folds is < Fewest or > Most ? $"{folds} is out of range; write {Fewest} to {Most}, or remove it for one held-out test part."
            : study.Privacy.DifferentialPrivacy is not null
                ? "each fold's training would spend the whole epsilon of its patients once more; remove folds, or differentialPrivacy."
            : study.Alternatives.Count > 0
                ? "folds tell how stable one model is, and the one among several would have been chosen by the same patients; leave one model, or remove folds."
            : study.Training.PartyDropout > 0
                ? "the models of folds are trained and judged with all parties there; remove folds, or training.partyDropout."
            : study.Training.EarlyStopping.Refit
                ? "a second training leaves no row that stops it, and the folds' models are stopped by theirs; remove folds, or training.earlyStopping.refit."
            : null;
        if (problem is not null)
        {
            throw new StudyException(Path, problem);
        }
    }
}
