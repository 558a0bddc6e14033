using System.Globalization;

namespace VerticalFL.Messages.Studies;

/// <summary>The rules of models that are made of several networks: how many, and with what else they do not go together.</summary>
internal static class MemberRules
{
    /// <summary>The most members of a model.</summary>
    public const int Most = 16;

    /// <param name="study">The study.</param>
    /// <param name="model">One of its models.</param>
    /// <param name="root">The JSON path of the model.</param>
    public static void Check(Study study, ModelSettings model, string root)
    {
        if (model.Members == 1)
        {
            return;
        }

        string? problem =
            model.Members is < 1 or > Most ? string.Create(CultureInfo.InvariantCulture, $"{model.Members} is out of range; write 1 to {Most}.")
            : model.Preset == ModelPreset.Linear ? "linear models end alike from whatever weights they begin, so that there is nothing to average; remove it or choose another preset."
            : model.Cut % model.Members != 0 ? string.Create(CultureInfo.InvariantCulture, $"the cut of {model.Cut} cannot be divided among {model.Members}; write a multiple, or remove the cut for the preset's.")
            : study.Privacy.DifferentialPrivacy is not null ? "differentialPrivacy bounds what a patient adds to one network; remove it, or differentialPrivacy."
            : study.Labels.Protection is LabelProtection.MaxNorm or LabelProtection.Marvell
                ? "maxNorm and marvell hide length and sign of one network's gradient, and how several differ tells the outcome again; remove it, or protect labels by labelDp."
            : study.Privacy.ReleaseNoise is not null ? "releaseNoise bounds a patient's activations in one network, and all members would share the bound; remove it, or releaseNoise."
            : study.Training.EarlyStopping.Refit ? "a row that one member holds out trains in others already, and refit has no row to add; remove it, or training.earlyStopping.refit."
            : study.Alternatives.Count > 0 ? "models are compared on the same validation rows, and every member holds out its own; leave one model, or remove members."
            : study.Audit is not null ? "audit limits judge attacks on one network's gradients, and an attacker may take those of several apart; remove it, or audit."
            : null;
        if (problem is not null)
        {
            throw new StudyException(root + ".members", problem);
        }
    }
}
